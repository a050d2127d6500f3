import type * as pulumi from '@pulumi/pulumi'
import type { Cloud, RegionName } from '../../../clusters/schema.ts'
import type { Alarm } from './alarm.ts'

const GiB = 2 ** 30

/** Saturation of the one database in N. Virginia. */
export function rdsAlarms(
  instance: pulumi.Input<string>,
  { rds }: Cloud['aws']['databases'],
): readonly Alarm[] {
  const metric = (name: string, stat: string) => ({
    namespace: 'AWS/RDS',
    name,
    dimensions: { DBInstanceIdentifier: instance },
    stat,
  })
  return [
    cpu(metric('CPUUtilization', 'Average')),
    {
      name: 'database-disk',
      summary:
        'A tenth of the disk is left: it grows by itself up to maxDiskGiB of clusters/cloud.yaml, and then no more',
      level: 'page',
      metrics: metric('FreeStorageSpace', 'Minimum'),
      below: (rds.diskGiB / 10) * GiB,
      periodSeconds: 300,
      periods: 3,
    },
    memory(metric('FreeableMemory', 'Minimum')),
  ]
}

/** Saturation of the global database's primary. */
export function auroraAlarms(cluster: pulumi.Input<string>): readonly Alarm[] {
  const metric = (name: string, stat: string) => ({
    namespace: 'AWS/RDS',
    name,
    dimensions: { DBClusterIdentifier: cluster },
    stat,
  })
  return [cpu(metric('CPUUtilization', 'Average')), memory(metric('FreeableMemory', 'Minimum'))]
}

/** How far a region's copy of the global database is behind; the metric exists where the copy is. */
export function globalDatabaseAlarms(
  primary: RegionName,
  { dataLossSeconds }: Cloud['alerts']['objectives'],
): readonly Alarm[] {
  return [
    {
      name: 'database-copy-behind',
      summary: 'Accounts: a failover now would lose more than the RPO allows',
      level: 'page',
      metrics: {
        namespace: 'AWS/RDS',
        name: 'AuroraGlobalDBReplicationLag',
        dimensions: { SourceRegion: primary },
        stat: 'Maximum',
      },
      above: dataLossSeconds * 1000,
      periodSeconds: 60,
      periods: 3,
    },
  ]
}

/** Global tables: what this region writes and others do not have yet, and what is refused. */
export function tableAlarms(
  tables: Readonly<Record<string, pulumi.Input<string>>>,
  others: readonly RegionName[],
  { dataLossSeconds }: Cloud['alerts']['objectives'],
): readonly Alarm[] {
  const copies = Object.entries(tables).flatMap(([name, TableName]) =>
    others.map((ReceivingRegion, index) => [
      `${name}${index}`,
      {
        namespace: 'AWS/DynamoDB',
        name: 'ReplicationLatency',
        dimensions: { TableName, ReceivingRegion },
        stat: 'Maximum',
      },
    ]),
  )
  const behind: Alarm = {
    name: 'tables-copies-behind',
    summary: 'Tables: losing this region now would lose more than the RPO allows',
    level: 'page',
    metrics: Object.fromEntries(copies),
    expression: 'MAX(METRICS())',
    above: dataLossSeconds * 1000,
    periodSeconds: 60,
    periods: 3,
  }
  const throttled = Object.entries(tables).map(
    ([table, TableName]): Alarm => ({
      name: `table-${table}-throttled`,
      summary: `Requests to ${table} are refused: a hot key, or more than twice the peak so far`,
      level: 'notice',
      metrics: Object.fromEntries(
        ['Read', 'Write'].map((way) => [
          way.toLowerCase(),
          {
            namespace: 'AWS/DynamoDB',
            name: `${way}ThrottleEvents`,
            dimensions: { TableName },
            stat: 'Sum',
          },
        ]),
      ),
      expression: 'FILL(read, 0) + FILL(write, 0)',
      above: 0,
      periodSeconds: 60,
      periods: 5,
    }),
  )
  return [behind, ...throttled]
}

function cpu(metrics: Alarm['metrics']): Alarm {
  return {
    name: 'database-cpu',
    summary: 'The database computes without a pause: look at Performance Insights, then at its size',
    level: 'notice',
    metrics,
    above: 85,
    periodSeconds: 300,
    periods: 3,
  }
}

/** Both kinds of machine have 32 GiB; PostgreSQL begins to swap long before none is left. */
function memory(metrics: Alarm['metrics']): Alarm {
  return {
    name: 'database-memory',
    summary: 'Less than 2 GiB of memory is left to the database: too many connections, or it is too small',
    level: 'notice',
    metrics,
    below: 2 * GiB,
    periodSeconds: 300,
    periods: 3,
  }
}
