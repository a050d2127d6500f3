import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clients } from '../cloud/clients.ts'
import { type CloudGraph, ofType } from '../cloud/graph.ts'
import { allHealthChecks, effective, observe } from '../cloud/health-checks.ts'
import type { Live } from '../cloud/live.ts'
import type { Plan } from './plan.ts'

export interface TakerOver {
  readonly what: string
  readonly ok: boolean
  readonly found: string
}

/** Whether the regions that answer now are well: their health checks, and every group of targets of theirs. */
export async function takersOver(
  { graph, live, clients }: { readonly graph: CloudGraph; readonly live: Live; readonly clients: Clients },
  { region, others }: Plan,
): Promise<readonly TakerOver[]> {
  const groups = ofType(graph, 'lb.aws TargetGroup').filter((group) => group.region !== region)
  const targets = groups.map(async (group): Promise<TakerOver> => {
    const what = `targets ${group.spec.name ?? group.name} of ${group.region}`
    const arn = (await live.outputs(group))?.arn
    if (arn === undefined) return { what, ok: false, found: 'not there' }
    const command = new DescribeTargetHealthCommand({ TargetGroupArn: arn })
    const { TargetHealthDescriptions: all = [] } = await clients.loadBalancers(group.region).send(command)
    const healthy = all.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length
    return { what, ok: healthy > 0, found: `${healthy} of ${all.length} healthy` }
  })
  const configs = await allHealthChecks(clients)
  const checks = others.map(async ({ region: other, id }): Promise<TakerOver> => {
    const config = configs.find(({ Id }) => Id === id)?.HealthCheckConfig ?? {}
    const ok = effective(config, (await observe(clients, id))?.healthy ?? true)
    return { what: `health check of ${other}`, ok, found: ok ? 'well' : 'not well' }
  })
  return Promise.all([...checks, ...targets])
}
