import type { HealthCheck, ResourceRecordSet } from '@aws-sdk/client-route-53'
import type { Clients } from '../cloud/clients.ts'
import { CloudError, type CloudGraph, ofType } from '../cloud/graph.ts'
import { allHealthChecks, effective, observe } from '../cloud/health-checks.ts'
import type { Live } from '../cloud/live.ts'
import { type Answer, answerOf, zoneOf } from '../cloud/routing.ts'
import type { PlacedVantage } from '../cloud/vantages.ts'
import { absolute, recordsOf } from '../cloud/zones.ts'

/** What is known before anything is changed. */
export interface Plan {
  readonly region: string
  readonly zone: string
  readonly records: readonly ResourceRecordSet[]
  /** The region's own health check, as it is now. */
  readonly check: HealthCheck
  /** What Route 53 takes each check for now, by id. */
  readonly healthy: ReadonlyMap<string, boolean>
  /** The checks of the other regions. */
  readonly others: readonly { readonly region: string; readonly id: string; readonly healthy: boolean }[]
  /** How the answers change once the region's check is not well. */
  readonly reroutes: readonly Reroute[]
  /** Until Route 53 takes a dead region for dead: interval × threshold. */
  readonly detectionSeconds: number
  /** Until the last resolver asks again: the longest TTL on the way of a changed answer. */
  readonly ttlSeconds: number
}

/** A name that leads elsewhere, from some locations. */
export interface Reroute {
  readonly name: string
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly ttlSeconds: number
  /** Codes of the locations that it changes for. */
  readonly locations: readonly string[]
}

const outputPrefix = 'healthCheck.'

/** The regions that the rendered stacks have a health check for, by the name of their output. */
export function regionsOf(graph: CloudGraph): readonly string[] {
  return [...graph.outputs.values()]
    .flatMap((outputs) => Object.keys(outputs))
    .filter((name) => name.startsWith(outputPrefix))
    .map((name) => name.slice(outputPrefix.length))
    .toSorted()
}

/**
 * Finds a region's health check, and computes what follows from it.
 * @throws {CloudError} where there is no such region, or its check or the zone is not in the cloud
 */
export async function planFailover(
  graph: CloudGraph,
  live: Live,
  clients: Clients,
  vantages: readonly PlacedVantage[],
  region: string,
): Promise<Plan> {
  const zone = await publicZone(graph, live)
  const [records, checks] = await Promise.all([recordsOf(clients, zone), allHealthChecks(clients)])
  const healthy = new Map<string, boolean>()
  for (const { Id = '', HealthCheckConfig: config } of checks) {
    const seen = config?.Type === 'CALCULATED' ? undefined : await observe(clients, Id)
    healthy.set(Id, effective(config ?? {}, seen?.healthy ?? true))
  }
  const ids = await Promise.all(
    regionsOf(graph).map(async (name) => ({ region: name, id: await checkId(graph, live, name) })),
  )
  const id = ids.find((one) => one.region === region)?.id
  const check = checks.find(({ Id }) => Id === id)
  if (!check || id === undefined) {
    const known = regionsOf(graph).join(', ')
    throw new CloudError(
      `no health check of ${region} is in the cloud; rendered: ${known}\n  see: npx meridian verify`,
    )
  }
  const reroutes = reroutesOf(records, healthy, id, vantages)
  const { RequestInterval = 30, FailureThreshold = 3 } = check.HealthCheckConfig ?? {}
  return {
    region,
    zone,
    records,
    check,
    healthy,
    others: ids
      .filter((one) => one.region !== region && one.id !== undefined)
      .map((one) => ({ region: one.region, id: one.id ?? '', healthy: healthy.get(one.id ?? '') ?? false })),
    reroutes,
    detectionSeconds: RequestInterval * FailureThreshold,
    ttlSeconds: Math.max(0, ...reroutes.map(({ ttlSeconds }) => ttlSeconds)),
  }
}

/** Every name of a zone whose answer changes, anywhere, once a check is not well. */
export function reroutesOf(
  records: readonly ResourceRecordSet[],
  healthy: ReadonlyMap<string, boolean>,
  id: string,
  vantages: readonly PlacedVantage[],
): readonly Reroute[] {
  const before = zoneOf(records, (check) => healthy.get(check) ?? true)
  const after = { ...before, healthy: (check: string) => check !== id && before.healthy(check) }
  const names = new Set(
    records
      .filter(({ Type = '' }) => ['A', 'AAAA', 'CNAME'].includes(Type))
      .map(({ Name = '' }) => absolute(Name).slice(0, -1)),
  )
  const reroutes = new Map<string, { first: Answer; then: Answer; name: string; locations: string[] }>()
  for (const name of names) {
    for (const vantage of vantages) {
      const first = answerOf(before, name, vantage)
      const then = answerOf(after, name, vantage)
      if (!first || !then || first.values.join() === then.values.join()) continue
      const key = `${name} ${first.values.join()} ${then.values.join()}`
      const known = reroutes.get(key) ?? { name, first, then, locations: [] }
      known.locations.push(vantage.code)
      reroutes.set(key, known)
    }
  }
  return [...reroutes.values()].map(({ name, first, then, locations }) => ({
    name,
    before: first.values,
    after: then.values,
    ttlSeconds: first.ttlSeconds,
    locations,
  }))
}

async function checkId(graph: CloudGraph, live: Live, region: string): Promise<string | undefined> {
  for (const [stack, outputs] of graph.outputs) {
    const text = outputs[`${outputPrefix}${region}`]
    if (text !== undefined) return live.resolve(stack, text)
  }
  return undefined
}

async function publicZone(graph: CloudGraph, live: Live): Promise<string> {
  for (const zone of ofType(graph, 'route53.aws Zone')) {
    if (Array.isArray(zone.spec.vpcs)) continue
    const id = (await live.outputs(zone))?.id
    if (id !== undefined) return id
  }
  throw new CloudError('the rendered zone is not in the cloud\n  see: npx meridian verify')
}
