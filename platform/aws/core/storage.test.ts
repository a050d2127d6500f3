import test from 'ava'
import { RegionName } from '../../../clusters/schema.ts'
import { fleet, named, ofKind, statementsOf } from './graph.testing.ts'

const regions = RegionName.options
const home = fleet.platform.homeRegion
const { retentionDays: logDays } = fleet.platform.logs
const { retentionDays: backupDays } = fleet.cloud.aws.backup

test('every bucket is versioned, encrypted, closed, and reached by TLS alone', (t) => {
  const buckets = ofKind('Bucket')
  t.is(buckets.length, 4 * regions.length + 2)
  for (const { name, provider, inputs } of buckets) {
    const of = { bucket: inputs.bucket }
    t.like(named('BucketVersioning', `${name}-versioning`).inputs, {
      ...of,
      versioningConfiguration: { status: 'Enabled' },
    })
    t.deepEqual(named('BucketPublicAccessBlock', `${name}-public-access`).inputs, {
      ...of,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    })
    t.deepEqual(named('BucketOwnershipControls', `${name}-ownership`).inputs, {
      ...of,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    })
    const [tlsOnly] = statementsOf(named('BucketPolicy', `${name}-policy`).inputs.policy)
    t.like(tlsOnly, { Effect: 'Deny', Principal: '*', Action: ['s3:*'] })
    t.deepEqual(tlsOnly?.Condition, { Bool: { 'aws:SecureTransport': ['false'] } })
    t.deepEqual(tlsOnly?.Resource, [`\${${name}.arn}`, `\${${name}.arn}/*`])
    const encryption = named('BucketServerSideEncryptionConfiguration', `${name}-encryption`)
    t.is(encryption.provider, provider)
  }
})

test('each bucket has the key of its purpose in its own region; access logs, which can have none, S3’s', (t) => {
  const keyOf = (purpose: string, region: string) =>
    region === home ? `\${${purpose}-key.arn}` : `\${${purpose}-key-${region}.arn}`
  for (const region of regions) {
    for (const what of ['models', 'logs', 'backups']) {
      t.like(named('BucketServerSideEncryptionConfiguration', `${what}-${region}-encryption`).inputs, {
        rules: [
          {
            applyServerSideEncryptionByDefault: {
              sseAlgorithm: 'aws:kms',
              kmsMasterKeyId: keyOf(what, region),
            },
            bucketKeyEnabled: true,
          },
        ],
      })
      const log = named('BucketLogging', `${what}-${region}-access-log`)
      t.is(log.inputs.targetBucket, `meridian-access-logs-${region}`)
    }
    t.deepEqual(
      named('BucketServerSideEncryptionConfiguration', `access-logs-${region}-encryption`).inputs.rules,
      [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    )
  }
})

test('logs stay for the days that the facts say, and go then', (t) => {
  const names = regions.flatMap((region) => [`logs-${region}`, `access-logs-${region}`])
  for (const name of [...names, `audit-${home}`]) {
    t.like(named('BucketLifecycleConfiguration', `${name}-lifecycle`).inputs, {
      rules: [{ status: 'Enabled', expiration: { days: logDays } }],
    })
  }
  for (const { name, inputs } of ofKind('LogGroup')) {
    t.is(inputs.retentionInDays, logDays, name)
    t.regex(String(inputs.kmsKeyId), /^\$\{logs-key/)
  }
})

test('nobody deletes a backup, or the trail, before its time', (t) => {
  const locked = (name: string, days: number) => {
    t.true(named('Bucket', name).inputs.objectLockEnabled)
    t.deepEqual(named('BucketObjectLockConfiguration', `${name}-lock`).inputs.rule, {
      defaultRetention: { mode: 'COMPLIANCE', days },
    })
  }
  for (const region of regions) {
    locked(`backups-${region}`, backupDays)
    t.deepEqual(named('VaultLockConfiguration', `backup-lock-${region}`).inputs, {
      backupVaultName: 'meridian',
      changeableForDays: 3,
      minRetentionDays: backupDays,
    })
  }
  locked(`audit-${home}`, logDays)
})

test('models and backups are copied to other regions, under the keys there', (t) => {
  const copies = ofKind('BucketReplicationConfig').flatMap(({ inputs }) =>
    [inputs.rules].flat().map((rule) => {
      t.like(rule, {
        status: 'Enabled',
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
      })
      return `${inputs.bucket} ${JSON.stringify(rule)}`
    }),
  )
  const isCopied = (what: string, from: string, to: string) => {
    const found = copies.filter(
      (one) => one.startsWith(`meridian-${what}-${from} `) && one.includes(`"\${${what}-${to}.arn}"`),
    )
    t.is(found.length, 1, `${what} ${from} → ${to}`)
    t.true(found[0]?.includes(`{"replicaKmsKeyId":"\${${what}-key${to === home ? '' : `-${to}`}.arn}"}`))
  }
  for (const region of regions.filter((one) => one !== home)) isCopied('models', home, region)
  isCopied('backups', 'eu-west-1', 'us-east-1')
  isCopied('backups', 'us-east-1', 'ap-southeast-1')
  isCopied('backups', 'ap-southeast-1', 'eu-west-1')
  t.is(copies.length, 5)
})

test('tables are in every region, encrypted there, recoverable, and not deleted', (t) => {
  const tables = ofKind('Table')
  t.deepEqual(
    tables.map(({ name }) => name),
    ['flags', 'objects', 'sessions'],
  )
  for (const { inputs, provider } of tables) {
    t.is(provider, home)
    t.like(inputs, {
      deletionProtectionEnabled: true,
      streamEnabled: true,
      pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 30 },
      serverSideEncryption: { enabled: true, kmsKeyArn: '${' + 'data-key.arn}' },
    })
    t.deepEqual(
      inputs.replicas,
      regions
        .filter((region) => region !== home)
        .map((region) => ({
          regionName: region,
          kmsKeyArn: `\${data-key-${region}.arn}`,
          pointInTimeRecovery: true,
          deletionProtectionEnabled: true,
          propagateTags: true,
        })),
    )
  }
})

test('each night what is tagged is backed up in its region, copied to another, and kept', (t) => {
  for (const region of regions) {
    const vault = named('Vault', `backup-${region}`)
    t.is(vault.provider, region)
    t.regex(String(vault.inputs.kmsKeyArn), /^\$\{backups-key/)
    const lifecycle = { deleteAfter: backupDays }
    const other = { 'eu-west-1': 'us-east-1', 'us-east-1': 'ap-southeast-1', 'ap-southeast-1': 'eu-west-1' }
    t.like(named('Plan', `backup-plan-${region}`).inputs, {
      rules: [
        {
          targetVaultName: 'meridian',
          schedule: 'cron(0 2 * * ? *)',
          lifecycle,
          copyActions: [{ destinationVaultArn: `\${backup-${other[region]}.arn}`, lifecycle }],
        },
      ],
    })
    t.deepEqual(named('Selection', `backup-selection-${region}`).inputs.selectionTags, [
      { type: 'STRINGEQUALS', key: 'backup', value: 'daily' },
    ])
  }
  for (const { inputs } of ofKind('Table')) t.like(inputs.tags, { backup: 'daily' })
})

test('a secret of the platform is in every region, under the key there, and has one reader', (t) => {
  for (const { name, inputs } of ofKind('Secret')) {
    t.is(inputs.kmsKeyId, '${' + 'secrets-key.arn}')
    t.deepEqual(
      inputs.replicas,
      regions
        .filter((region) => region !== home)
        .map((region) => ({ region, kmsKeyId: `\${secrets-key-${region}.arn}` })),
    )
    const [reader] = statementsOf(named('SecretPolicy', `${name}-policy`).inputs.policy)
    t.like(reader, { Effect: 'Deny', Action: ['secretsmanager:GetSecretValue'] })
    t.deepEqual(reader?.Condition.ArnNotEquals?.['aws:PrincipalArn'], [
      `arn:aws:iam::${fleet.cloud.aws.account}:role/meridian-security`,
    ])
  }
})
