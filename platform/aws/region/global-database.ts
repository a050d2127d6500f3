import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { backedUp } from '../_lib/backup.ts'
import { type Ground, postgresParameters, reachDatabase } from './database.ts'
import { declareLogGroup } from './logs.ts'
import type { Reachable } from './reach.ts'
import { keyOf, protectedIn, type Setting } from './setting.ts'

/** Where the one writer is, or a region that only reads: of which it must know the global cluster. */
export type Membership =
  | { readonly writes: true; readonly password: pulumi.Output<string> }
  | { readonly writes: false; readonly globalCluster: pulumi.Output<string> }

/**
 * A region's part of the Aurora global database: the writer with a reader beside it, or a reader that follows over
 * the sea, by storage and in about a second. The writer stops to answer before others are 60 seconds behind
 * (SPEC: Figures, RPO), so that a failover never loses more.
 */
export class GlobalDatabase extends pulumi.ComponentResource {
  /** Identifier of the global cluster. */
  readonly globalCluster: pulumi.Output<string>
  readonly cluster: aws.rds.Cluster
  readonly #setting: Setting
  readonly #ground: Ground
  readonly #writes: boolean

  constructor(name: string, outer: Setting, ground: Ground, membership: Membership) {
    super('meridian:GlobalDatabase', name, {}, outer.opts)
    const setting = { ...outer, opts: { parent: this } }
    this.#setting = setting
    this.#ground = ground
    this.#writes = membership.writes
    const { version, type } = setting.fleet.cloud.aws.databases.aurora
    this.globalCluster = membership.writes
      ? new aws.rds.GlobalCluster(
          'global',
          {
            globalClusterIdentifier: 'meridian',
            engine: 'aurora-postgresql',
            engineVersion: version,
            databaseName: 'meridian',
            storageEncrypted: true,
            deletionProtection: true,
          },
          protectedIn(setting),
        ).id
      : membership.globalCluster
    this.cluster = this.#declareCluster(membership)
    for (const instance of membership.writes ? ['writer', 'reader'] : ['reader']) {
      this.#declareInstance(instance, type)
    }
    if (membership.writes) scaleReaders(setting, this.cluster)
    this.registerOutputs()
  }

  /** As services of the region reach it, under a name for each use. */
  reach(prefix: 'DATABASE' | 'ACCOUNTS'): Reachable {
    const { endpoint: host, readerEndpoint: readHost, clusterResourceId } = this.cluster
    const hosts = this.#writes ? { host, readHost } : { readHost }
    return reachDatabase(this.#setting, this.#ground, prefix, hosts, [clusterResourceId])
  }

  #declareCluster(membership: Membership): aws.rds.Cluster {
    const { region, fleet, opts } = this.#setting
    const { version } = fleet.cloud.aws.databases.aurora
    const [major] = version.split('.')
    const parameters = new aws.rds.ClusterParameterGroup(
      'accounts-parameters',
      {
        name: `meridian-accounts-${region}`,
        description: 'What Aurora is told',
        family: `aurora-postgresql${major}`,
        parameters: [...postgresParameters, { name: 'rds.global_db_rpo', value: '60' }],
      },
      opts,
    )
    const clusterIdentifier = `meridian-accounts-${region}`
    const logs = declareLogGroup(
      this.#setting,
      'accounts-postgresql-logs',
      `/aws/rds/cluster/${clusterIdentifier}/postgresql`,
    )
    return new aws.rds.Cluster(
      'accounts-cluster',
      {
        clusterIdentifier,
        // Its backups are the writer's.
        ...(membership.writes ? { tags: { ...backedUp } } : {}),
        globalClusterIdentifier: this.globalCluster,
        engine: 'aurora-postgresql',
        engineVersion: version,
        ...(membership.writes
          ? {
              databaseName: 'meridian',
              masterUsername: 'meridian_admin',
              // Written, never read back: it is in no state. Another version number sets another password.
              masterPasswordWo: membership.password,
              masterPasswordWoVersion: 1,
            }
          : {}),
        dbClusterParameterGroupName: parameters.name,
        dbSubnetGroupName: this.#ground.subnetGroupName,
        vpcSecurityGroupIds: [this.#ground.group.group.id],
        storageEncrypted: true,
        kmsKeyId: keyOf(this.#setting, 'data'),
        iamDatabaseAuthenticationEnabled: true,
        deletionProtection: true,
        backupRetentionPeriod: fleet.cloud.aws.backup.retentionDays,
        preferredBackupWindow: '02:00-03:00',
        preferredMaintenanceWindow: 'sun:03:30-sun:04:30',
        deleteAutomatedBackups: false,
        copyTagsToSnapshot: true,
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: `${clusterIdentifier}-final`,
        enabledCloudwatchLogsExports: ['postgresql'],
      },
      { ...protectedIn(this.#setting), dependsOn: logs },
    )
  }

  #declareInstance(name: string, instanceClass: string): void {
    const { region } = this.#setting
    new aws.rds.ClusterInstance(
      `accounts-${name}`,
      {
        identifier: `meridian-accounts-${region}-${name}`,
        clusterIdentifier: this.cluster.clusterIdentifier,
        engine: 'aurora-postgresql',
        instanceClass,
        publiclyAccessible: false,
        caCertIdentifier: 'rds-ca-ecc384-g1',
        autoMinorVersionUpgrade: false,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: keyOf(this.#setting, 'data'),
        monitoringInterval: 60,
        monitoringRoleArn: this.#ground.monitoringRoleArn,
        copyTagsToSnapshot: true,
      },
      protectedIn(this.#setting),
    )
  }
}

/** Readers come and go with their CPU; the one that is always there takes over from the writer. */
function scaleReaders({ fleet, opts }: Setting, cluster: aws.rds.Cluster): void {
  const scaled = new aws.appautoscaling.Target(
    'accounts-readers',
    {
      serviceNamespace: 'rds',
      scalableDimension: 'rds:cluster:ReadReplicaCount',
      resourceId: pulumi.interpolate`cluster:${cluster.clusterIdentifier}`,
      minCapacity: 1,
      maxCapacity: 4,
    },
    opts,
  )
  new aws.appautoscaling.Policy(
    'accounts-readers-by-cpu',
    {
      name: 'by-cpu',
      serviceNamespace: scaled.serviceNamespace,
      scalableDimension: scaled.scalableDimension,
      resourceId: scaled.resourceId,
      policyType: 'TargetTrackingScaling',
      targetTrackingScalingPolicyConfiguration: {
        targetValue: fleet.cloud.aws.compute.scaleAt.cpuPercent,
        predefinedMetricSpecification: { predefinedMetricType: 'RDSReaderAverageCPUUtilization' },
        scaleOutCooldown: 300,
        scaleInCooldown: 900,
      },
    },
    opts,
  )
}
