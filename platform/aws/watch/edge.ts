import type * as pulumi from '@pulumi/pulumi'
import type { Cloud } from '../../../clusters/schema.ts'
import type { Alarm } from './alarm.ts'
import { type Burn, burnsOf } from './objective.ts'

/** What users of CloudFront see. */
export function distributionBurns(
  distribution: pulumi.Input<string>,
  { availability }: Cloud['alerts']['objectives'],
): readonly Burn[] {
  return burnsOf('cloudfront', availability, {
    metrics: {
      namespace: 'AWS/CloudFront',
      name: '5xxErrorRate',
      dimensions: { DistributionId: distribution, Region: 'Global' },
      stat: 'Average',
    },
  })
}

/** Far more refused than at other times: an attack, or a rule that refuses users. */
export function webAclAlarm(webAcl: pulumi.Input<string>): Alarm {
  return {
    name: 'cloudfront-refuses',
    summary: 'The firewall refuses unusually much: an attack, or a rule that refuses users',
    level: 'notice',
    metrics: {
      namespace: 'AWS/WAFV2',
      name: 'BlockedRequests',
      dimensions: { WebACL: webAcl, Rule: 'ALL' },
      stat: 'Sum',
    },
    aboveUsualBy: 4,
    periodSeconds: 300,
    periods: 2,
  }
}

/** Route 53 has taken the region out; its checkers are all over the world, so it is not their network. */
export function healthAlarm(region: string, HealthCheckId: pulumi.Input<string>): Alarm {
  return {
    name: `health-${region}`,
    summary: `${region} does not answer, and users are sent elsewhere: docs/runbooks/fail-over-a-region.md`,
    level: 'page',
    metrics: {
      namespace: 'AWS/Route53',
      name: 'HealthCheckStatus',
      dimensions: { HealthCheckId },
      stat: 'Minimum',
    },
    below: 1,
    periodSeconds: 60,
    missing: 'breaching',
  }
}
