import * as aws from '@pulumi/aws'
import { backedUp } from '../_lib/backup.ts'
import { awsProvider } from '../provider.ts'
import { type Ground, postgresParameters, reachDatabase } from './database.ts'
import { declareLogGroup } from './logs.ts'
import type { Reachable } from './reach.ts'
import { keyOf, protectedIn, type Setting } from './setting.ts'

/**
 * The region's own database, on RDS: a writer with a standby in another zone, and a replica to read from. It can be
 * put back to any second of the last 30 days, and its backups lie in the home region too.
 */
export function declarePostgres(
  setting: Setting,
  ground: Ground,
): { readonly database: aws.rds.Instance; readonly reachable: Reachable } {
  const { region, fleet, opts } = setting
  const { version, type, diskGiB, maxDiskGiB } = fleet.cloud.aws.databases.rds
  const { retentionDays } = fleet.cloud.aws.backup
  const [major] = version.split('.')
  const parameters = new aws.rds.ParameterGroup(
    'database-parameters',
    {
      name: `meridian-${region}`,
      description: 'What PostgreSQL is told',
      family: `postgres${major}`,
      parameters: [...postgresParameters],
    },
    opts,
  )
  const identifier = `meridian-${region}`
  const common = {
    instanceClass: type,
    parameterGroupName: parameters.name,
    vpcSecurityGroupIds: [ground.group.group.id],
    publiclyAccessible: false,
    storageEncrypted: true,
    kmsKeyId: keyOf(setting, 'data'),
    storageType: 'gp3',
    maxAllocatedStorage: maxDiskGiB,
    caCertIdentifier: 'rds-ca-ecc384-g1',
    iamDatabaseAuthenticationEnabled: true,
    deletionProtection: true,
    copyTagsToSnapshot: true,
    autoMinorVersionUpgrade: true,
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: keyOf(setting, 'data'),
    monitoringInterval: 60,
    monitoringRoleArn: ground.monitoringRoleArn,
    enabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
  } satisfies aws.rds.InstanceArgs
  const protect = { ...protectedIn(setting), dependsOn: logsOf(setting, identifier) }
  const database = new aws.rds.Instance(
    'database',
    {
      ...common,
      identifier,
      engine: 'postgres',
      tags: { ...backedUp },
      engineVersion: version,
      dbName: 'meridian',
      allocatedStorage: diskGiB,
      multiAz: true,
      dbSubnetGroupName: ground.subnetGroupName,
      username: 'meridian_admin',
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: keyOf(setting, 'secrets'),
      backupRetentionPeriod: retentionDays,
      backupWindow: '02:00-03:00',
      maintenanceWindow: 'sun:03:30-sun:04:30',
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: `${identifier}-final`,
    },
    protect,
  )
  const reader = new aws.rds.Instance(
    'database-reader',
    {
      ...common,
      identifier: `${identifier}-reader`,
      replicateSourceDb: database.identifier,
      skipFinalSnapshot: true,
    },
    { ...protectedIn(setting), dependsOn: logsOf(setting, `${identifier}-reader`) },
  )
  const { homeRegion } = fleet.platform
  new aws.rds.InstanceAutomatedBackupsReplication(
    'database-backups-abroad',
    {
      sourceDbInstanceArn: database.arn,
      retentionPeriod: retentionDays,
      kmsKeyId: setting.core(`backupsKey.${homeRegion}`),
    },
    { ...protectedIn(setting), provider: awsProvider(setting.stack, homeRegion, fleet) },
  )
  const hosts = { host: database.address, readHost: reader.address }
  return {
    database,
    reachable: reachDatabase(setting, ground, 'DATABASE', hosts, [database.resourceId, reader.resourceId]),
  }
}

/** RDS makes these groups itself if they are not there, and keeps them for ever and under no key. */
function logsOf(setting: Setting, identifier: string): aws.cloudwatch.LogGroup[] {
  const short = identifier.endsWith('-reader') ? 'database-reader' : 'database'
  return ['postgresql', 'upgrade'].map((kind) =>
    declareLogGroup(setting, `${short}-${kind}-logs`, `/aws/rds/instance/${identifier}/${kind}`),
  )
}
