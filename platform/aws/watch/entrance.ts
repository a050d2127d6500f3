import type * as pulumi from '@pulumi/pulumi'
import type { Cloud } from '../../../clusters/schema.ts'
import type { Alarm, Metric } from './alarm.ts'
import { type Burn, burnsOf } from './objective.ts'

type Objectives = Cloud['alerts']['objectives']

/**
 * Failures at a region's load balancer: those of its services, and those that it answers itself because there is no
 * service (which AWS does not count among the requests).
 */
export function entranceBurns(balancer: pulumi.Input<string>, { availability }: Objectives): readonly Burn[] {
  return burnsOf('entrance', availability, {
    metrics: {
      requests: metric(balancer, 'RequestCount', 'Sum'),
      failed: metric(balancer, 'HTTPCode_Target_5XX_Count', 'Sum'),
      refused: metric(balancer, 'HTTPCode_ELB_5XX_Count', 'Sum'),
    },
    expression: '100 * (FILL(failed, 0) + FILL(refused, 0)) / (FILL(requests, 0) + FILL(refused, 0))',
  })
}

export function entranceAlarms(
  balancer: pulumi.Input<string>,
  target: pulumi.Input<string>,
  { latencyP99Ms }: Objectives,
): readonly Alarm[] {
  return [
    {
      name: 'entrance-slow',
      summary: 'One request in a hundred waits longer than the objective; users of the edge caches may not',
      level: 'notice',
      metrics: metric(balancer, 'TargetResponseTime', 'p99'),
      above: latencyP99Ms / 1000,
      periodSeconds: 300,
      periods: 6,
    },
    {
      name: 'entrance-targets-unhealthy',
      summary: 'Services do not answer the balancer: look at the newest deployment',
      level: 'notice',
      metrics: {
        namespace: 'AWS/ApplicationELB',
        name: 'UnHealthyHostCount',
        dimensions: { LoadBalancer: balancer, TargetGroup: target },
        stat: 'Maximum',
      },
      above: 0,
      periodSeconds: 60,
      periods: 10,
    },
    {
      name: 'entrance-rejects',
      summary: 'The balancer has no room for more connections',
      level: 'page',
      metrics: metric(balancer, 'RejectedConnectionCount', 'Sum'),
      above: 0,
      periodSeconds: 60,
      periods: 2,
    },
    {
      name: 'entrance-handshakes-fail',
      summary:
        'Edges cannot agree with the balancer on TLS: a client certificate or the trust store is out of date',
      level: 'notice',
      metrics: metric(balancer, 'ClientTLSNegotiationErrorCount', 'Sum'),
      aboveUsualBy: 4,
      periodSeconds: 300,
      periods: 3,
    },
  ]
}

function metric(balancer: pulumi.Input<string>, name: string, stat: string): Metric {
  return { namespace: 'AWS/ApplicationELB', name, dimensions: { LoadBalancer: balancer }, stat }
}
