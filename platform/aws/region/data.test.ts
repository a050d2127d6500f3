import test from 'ava'
import { all, fleet, ireland, named, ofKind, singapore, statementsOf, virginia } from './graph.testing.ts'

const { retentionDays } = fleet.cloud.aws.backup

/** `name: value` of a parameter group. */
function parameters(group: Record<string, unknown>): ReadonlyMap<unknown, unknown> {
  const list = group.parameters
  if (!Array.isArray(list)) throw new TypeError('no parameters')
  return new Map(list.map(({ name, value }) => [name, value]))
}

test('Virginia’s database stands in two zones, with a replica to read from and 30 days to go back', (t) => {
  t.like(named(virginia, 'rds', 'Instance', 'database'), {
    engine: 'postgres',
    multiAz: true,
    backupRetentionPeriod: retentionDays,
    deleteAutomatedBackups: false,
    skipFinalSnapshot: false,
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: `\${aws-core.outputs.secretsKey.us-east-1}`,
    tags: { backup: 'daily' },
  })
  t.is(named(virginia, 'rds', 'Instance', 'database-reader').replicateSourceDb, 'meridian-us-east-1')
  for (const { name, protect, inputs } of ofKind(virginia, 'rds', 'Instance')) {
    t.true(protect, name)
    t.like(inputs, {
      storageEncrypted: true,
      kmsKeyId: `\${aws-core.outputs.dataKey.us-east-1}`,
      publiclyAccessible: false,
      deletionProtection: true,
      iamDatabaseAuthenticationEnabled: true,
      performanceInsightsEnabled: true,
      enabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
      vpcSecurityGroupIds: [`\${databases-group.id}`],
    })
  }
  const copies = ofKind(virginia, 'rds', 'InstanceAutomatedBackupsReplication')
  t.like(copies, { length: 1, 0: { provider: 'eu-west-1', protect: true } })
  t.is(copies[0]?.inputs.retentionPeriod, retentionDays)
})

test('databases answer TLS 1.3 alone', (t) => {
  const groups = [
    named(virginia, 'rds', 'ParameterGroup', 'database-parameters'),
    named(virginia, 'rds', 'ClusterParameterGroup', 'accounts-parameters'),
    named(ireland, 'rds', 'ClusterParameterGroup', 'accounts-parameters'),
  ]
  for (const group of groups) {
    t.is(parameters(group).get('rds.force_ssl'), '1')
    t.is(parameters(group).get('ssl_min_protocol_version'), 'TLSv1.3')
  }
})

test('accounts are written in Ireland and read in Virginia too, never more than a minute behind', (t) => {
  t.like(named(ireland, 'rds', 'GlobalCluster', 'global'), {
    storageEncrypted: true,
    deletionProtection: true,
  })
  t.is(named(ireland, 'rds', 'Cluster', 'accounts-cluster').globalClusterIdentifier, `\${global.id}`)
  t.deepEqual(
    ofKind(ireland, 'rds', 'ClusterInstance').map(({ name }) => name),
    ['accounts-reader', 'accounts-writer'],
  )
  const follower = named(virginia, 'rds', 'Cluster', 'accounts-cluster')
  t.is(follower.globalClusterIdentifier, `\${aws-eu-west-1.outputs.globalCluster}`)
  t.is(follower.masterUsername, undefined)
  t.deepEqual(
    ofKind(virginia, 'rds', 'ClusterInstance').map(({ name }) => name),
    ['accounts-reader'],
  )
  t.deepEqual(ofKind(singapore, 'rds', 'Cluster'), [])
  for (const graph of [ireland, virginia]) {
    t.is(
      parameters(named(graph, 'rds', 'ClusterParameterGroup', 'accounts-parameters')).get(
        'rds.global_db_rpo',
      ),
      '60',
    )
    t.like(named(graph, 'rds', 'Cluster', 'accounts-cluster'), {
      storageEncrypted: true,
      deletionProtection: true,
      backupRetentionPeriod: retentionDays,
      iamDatabaseAuthenticationEnabled: true,
      enabledCloudwatchLogsExports: ['postgresql'],
    })
  }
  const tasks = JSON.stringify(
    named(virginia, 'ecs', 'TaskDefinition', 'accounts-definition').containerDefinitions,
  )
  t.true(tasks.includes('ACCOUNTS_READ_HOST'))
  t.false(tasks.includes('ACCOUNTS_HOST'), 'its writer’s name answers nothing there')
})

test('the password of the global database is in no rendered file and no state', (t) => {
  const { masterPassword, masterPasswordWo } = named(ireland, 'rds', 'Cluster', 'accounts-cluster')
  t.is(masterPassword, undefined)
  t.is(masterPasswordWo, `\${secret}`)
})

test('Singapore’s data is in the global tables of aws-core and in an encrypted file system', (t) => {
  t.is(singapore.outputs.database, `\${aws-core.outputs.objectsTable}`)
  const statements = statementsOf(named(singapore, 'iam', 'RolePolicy', 'api-task-policy').policy)
  t.true(statements.some(({ Resource }) => Resource.some((arn) => arn.includes('objectsTable'))))
  const [system] = ofKind(singapore, 'efs', 'FileSystem')
  t.true(system?.protect)
  t.like(system?.inputs, { encrypted: true, kmsKeyId: `\${aws-core.outputs.dataKey.ap-southeast-1}` })
  t.deepEqual(
    ofKind(singapore, 'efs', 'MountTarget').map(({ inputs }) => inputs.subnetId),
    ['a', 'b', 'c'].map((zone) => `\${data-${zone}.id}`),
  )
  t.like(named(singapore, 'efs', 'BackupPolicy', 'files-backup'), { backupPolicy: { status: 'ENABLED' } })
  const [deny] = statementsOf(named(singapore, 'efs', 'FileSystemPolicy', 'files-policy').policy)
  t.like(deny, { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })
  const assets = named(singapore, 'ecs', 'TaskDefinition', 'assets-definition')
  t.like(assets.volumes, {
    1: { efsVolumeConfiguration: { transitEncryption: 'ENABLED', authorizationConfig: { iam: 'ENABLED' } } },
  })
})

test('Virginia’s files are in a bucket that is private, encrypted and reached by TLS alone', (t) => {
  const [bucket] = ofKind(virginia, 's3', 'Bucket')
  t.true(bucket?.protect)
  t.like(named(virginia, 's3', 'BucketPublicAccessBlock', 'files-public-access'), {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  })
  t.true(
    JSON.stringify(
      named(virginia, 's3', 'BucketServerSideEncryptionConfiguration', 'files-encryption'),
    ).includes(`\${aws-core.outputs.dataKey.us-east-1}`),
  )
})

test('each region’s cache stands in two zones, encrypted at rest and on the way, and everyone signs in', (t) => {
  for (const [region, graph] of all) {
    const [cache] = ofKind(graph, 'elasticache', 'ReplicationGroup')
    t.true(cache?.protect)
    t.like(cache?.inputs, {
      engine: 'valkey',
      port: fleet.regions[region].cache.port,
      numCacheClusters: fleet.cloud.aws.cache.nodes,
      multiAzEnabled: true,
      automaticFailoverEnabled: true,
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      kmsKeyId: `\${aws-core.outputs.dataKey.${region}}`,
      snapshotRetentionLimit: retentionDays,
    })
    const users = ofKind(graph, 'elasticache', 'User').map(({ inputs }) => inputs)
    t.deepEqual(
      named(graph, 'elasticache', 'UserGroup', 'cache-users').userIds,
      users.map(({ userId }) => userId),
    )
    for (const { authenticationMode, accessString, userId, userName } of users) {
      t.deepEqual(authenticationMode, { type: 'iam' })
      t.is(userId, userName)
      t.regex(String(accessString), /-@all.*-@dangerous$/)
    }
    t.like(named(graph, 'route53', 'Record', 'cache-name'), {
      name: fleet.regions[region].cache.host,
      records: [`\${cache.primaryEndpointAddress}`],
    })
    const peers = ofKind(graph, 'vpc', 'SecurityGroupIngressRule')
      .filter(({ inputs }) => inputs.securityGroupId === `\${cache-group.id}`)
      .map(({ inputs }) => inputs.cidrIpv4 ?? inputs.referencedSecurityGroupId)
    t.deepEqual(peers.toSorted(), [
      region === 'eu-west-1' ? `\${nodes-group.id}` : `\${tasks-group.id}`,
      fleet.platform.sites,
    ])
  }
})
