import * as pulumi from '@pulumi/pulumi'
import type { Alarm, Metric } from './alarm.ts'

/** Saturation of a region's cache. ElastiCache names a group's nodes `<group>-001` and on, and counts each apart. */
export function cacheAlarms(group: pulumi.Output<string>, nodes: number): readonly Alarm[] {
  const worst = (name: string): Pick<Alarm, 'metrics' | 'expression'> => ({
    metrics: Object.fromEntries(
      Array.from({ length: nodes }, (_, index): [string, Metric] => [
        `node${index + 1}`,
        {
          namespace: 'AWS/ElastiCache',
          name,
          dimensions: { CacheClusterId: pulumi.interpolate`${group}-${String(index + 1).padStart(3, '0')}` },
          stat: 'Maximum',
        },
      ]),
    ),
    expression: 'MAX(METRICS())',
  })
  return [
    {
      name: 'cache-cpu',
      summary: 'The cache computes without a pause: its one thread is what limits it',
      level: 'notice',
      ...worst('EngineCPUUtilization'),
      above: 85,
      periodSeconds: 300,
      periods: 3,
    },
    {
      name: 'cache-memory',
      summary: 'The cache is full: what is used least goes first, and the origin is asked more often',
      level: 'notice',
      ...worst('DatabaseMemoryUsagePercentage'),
      above: 95,
      periodSeconds: 300,
      periods: 6,
    },
    {
      name: 'cache-copy-behind',
      summary: 'The replica does not follow: a failover would begin with an old cache',
      level: 'notice',
      ...worst('ReplicationLag'),
      above: 30,
      periodSeconds: 60,
      periods: 5,
    },
  ]
}
