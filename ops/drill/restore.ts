import type { Clients } from '../cloud/clients.ts'
import { type CloudGraph, ofType } from '../cloud/graph.ts'
import { allHealthChecks } from '../cloud/health-checks.ts'
import type { Live } from '../cloud/live.ts'
import { type Setting, same, set, settingOf } from './health-check.ts'

export interface Restored {
  readonly check: string
  readonly id: string
  readonly was: Setting
  readonly rendered: Setting
}

/**
 * Puts every health check back to what is rendered: after a drill that was killed.
 * @param yes without it nothing is changed
 * @returns those that differ, or differed
 */
export async function restore(
  graph: CloudGraph,
  live: Live,
  clients: Clients,
  yes: boolean,
): Promise<readonly Restored[]> {
  const all = await allHealthChecks(clients)
  const restored: Restored[] = []
  for (const resource of ofType(graph, 'route53.aws HealthCheck')) {
    const id = (await live.outputs(resource))?.id
    const found = all.find((check) => check.Id === id)
    if (!found || id === undefined) continue
    const { spec } = resource
    const rendered = { disabled: spec.disabled === true, inverted: spec.invertHealthcheck === true }
    const was = settingOf(found)
    if (same(was, rendered)) continue
    if (yes) await set(clients, id, rendered)
    restored.push({ check: resource.name, id, was, rendered })
  }
  return restored
}
