import { RegionName } from '../../../clusters/schema.ts'
import type { StackContext } from '../../stack.ts'
import { type Alarm, type AlarmSetting, declareAlarm, declareComposite } from './alarm.ts'
import { cacheAlarms } from './cache.ts'
import { computeAlarms } from './compute.ts'
import { auroraAlarms, globalDatabaseAlarms, rdsAlarms, tableAlarms } from './database.ts'
import { entranceAlarms, entranceBurns } from './entrance.ts'
import { inferenceAlarms } from './inference.ts'
import type { Burn } from './objective.ts'

/** The global tables of aws-core. */
const tables = ['sessions', 'flags', 'objects'] as const

/** Everything that a region has is watched in the region: it says so itself when it is in need. */
export function declareRegionAlarms(
  region: RegionName,
  { fleet, output }: StackContext,
  setting: AlarmSetting,
): void {
  const { objectives } = fleet.cloud.alerts
  const of = (name: string) => output(`aws-${region}`, name)
  declareBurns(setting, entranceBurns(of('entranceMetric'), objectives))
  const alarms = [
    ...entranceAlarms(of('entranceMetric'), of('targetMetric'), objectives),
    ...inferenceAlarms(output('aws-models', `endpoint.${region}`), fleet.cloud.aws.inference),
    ...tableAlarms(
      Object.fromEntries(tables.map((table) => [table, output('aws-core', `${table}Table`)])),
      RegionName.options.filter((other) => other !== region),
      objectives,
    ),
    ...copyAlarms(region, fleet),
  ]
  for (const alarm of alarms) declareAlarm(setting, alarm)

  const saturated = [
    ...computeAlarms(fleet.regions[region].compute, of('computeCluster')),
    ...databaseAlarms(region, fleet, of),
    ...cacheAlarms(of('cache'), fleet.cloud.aws.cache.nodes),
    // The composite tells of them; who is to be woken is by the one itself.
  ].map((alarm) => declareAlarm(setting, alarm.level === 'page' ? alarm : { ...alarm, level: 'part' }))
  declareComposite(setting, {
    name: 'saturated',
    summary: `${region}: something has reached its end; if users notice, entrance-burns pages`,
    level: 'notice',
    when: 'any',
    of: saturated,
  })
}

/** Both windows of a rate have to say so. */
export function declareBurns(setting: AlarmSetting, burns: readonly Burn[]): void {
  for (const { name, summary, parts } of burns) {
    const of = parts.map((part) => declareAlarm(setting, part))
    declareComposite(setting, { name, summary, level: 'page', when: 'all', of })
  }
}

function databaseAlarms(
  region: RegionName,
  fleet: StackContext['fleet'],
  of: (name: string) => ReturnType<StackContext['output']>,
): readonly Alarm[] {
  switch (fleet.regions[region].database) {
    case 'rds-multi-az':
      return rdsAlarms(of('database'), fleet.cloud.aws.databases)
    case 'aurora-global':
      return auroraAlarms(of('database'))
    case 'dynamodb-global-tables':
      // It has no size to reach the end of; every region's tables are watched alike.
      return []
  }
}

/** Accounts are written where the global database is, and read in their other regions. */
function copyAlarms(region: RegionName, fleet: StackContext['fleet']): readonly Alarm[] {
  const primary = RegionName.options.find((name) => fleet.regions[name].database === 'aurora-global')
  const reads = fleet.routes.upstreams.accounts?.regions ?? []
  if (primary === undefined || primary === region || !reads.includes(region)) return []
  return globalDatabaseAlarms(primary, fleet.cloud.alerts.objectives)
}
