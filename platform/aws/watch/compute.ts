import type * as pulumi from '@pulumi/pulumi'
import type { RegionName, Regions } from '../../../clusters/schema.ts'
import type { Alarm } from './alarm.ts'

type Compute = Regions[RegionName]['compute']

/** Where autoscaling has come to its end, or does not follow. */
export function computeAlarms(kind: Compute, cluster: pulumi.Input<string>): readonly Alarm[] {
  return kind === 'ecs' ? ecsAlarms(cluster) : eksAlarms(cluster)
}

/** What Container Insights says of all tasks of a cluster together; Fargate has no metric of its own for that. */
function ecsAlarms(cluster: pulumi.Input<string>): readonly Alarm[] {
  const dimensions = { ClusterName: cluster }
  const metric = (name: string) => ({ namespace: 'ECS/ContainerInsights', name, dimensions, stat: 'Average' })
  return (['Cpu', 'Memory'] as const).map((resource) => ({
    name: `compute-${resource.toLowerCase()}`,
    summary: `Tasks use most of their ${resource === 'Cpu' ? 'CPU' : 'memory'}: scaling has reached its maximum or lags`,
    level: 'notice',
    metrics: { used: metric(`${resource}Utilized`), reserved: metric(`${resource}Reserved`) },
    expression: '100 * used / reserved',
    above: 85,
    periodSeconds: 300,
    periods: 3,
  }))
}

/** What EKS says of its control plane, and Container Insights of the nodes. */
function eksAlarms(cluster: pulumi.Input<string>): readonly Alarm[] {
  const dimensions = { ClusterName: cluster }
  const metric = (name: string, stat: string) => ({ namespace: 'AWS/EKS', name, dimensions, stat })
  const nodes = (['cpu', 'memory'] as const).map(
    (resource): Alarm => ({
      name: `compute-${resource}`,
      summary: `Nodes use most of their ${resource === 'cpu' ? 'CPU' : 'memory'}: scaling has reached its maximum or lags`,
      level: 'notice',
      metrics: {
        namespace: 'ContainerInsights',
        name: `node_${resource}_utilization`,
        dimensions,
        stat: 'Average',
      },
      above: 85,
      periodSeconds: 300,
      periods: 3,
    }),
  )
  return [
    ...nodes,
    {
      name: 'compute-pods-wait',
      summary: 'Pods find no node: the node group has reached its maximum',
      level: 'notice',
      metrics: metric('scheduler_pending_pods_UNSCHEDULABLE', 'Maximum'),
      above: 0,
      periodSeconds: 60,
      periods: 10,
    },
    {
      name: 'compute-api-fails',
      summary: 'The API server fails: pods run on, but nothing is scaled, healed or synced',
      level: 'page',
      metrics: {
        failed: metric('apiserver_request_total_5XX', 'Sum'),
        requests: metric('apiserver_request_total', 'Sum'),
      },
      expression: '100 * FILL(failed, 0) / requests',
      above: 5,
      periodSeconds: 60,
      periods: 5,
    },
  ]
}
