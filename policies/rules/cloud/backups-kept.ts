import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const plan = (days: number, copies: readonly object[]) =>
  resource('backup.aws/Plan', {
    rules: [{ ruleName: 'daily', lifecycle: { deleteAfter: days }, copyActions: copies }],
  })
const copy = { destinationVaultArn: 'arn', lifecycle: { deleteAfter: 30 } }
const vault = (...referrers: ReturnType<typeof related>[]) => resource('backup.aws/Vault', {}, { referrers })
const lock = (minRetentionDays: number) => related('backup.aws/VaultLockConfiguration', { minRetentionDays })

export default defineRule({
  id: 'backups-kept',
  title:
    'Databases, tables, files and caches are backed up, 30 days are kept, and copies lie in another region',
  why: 'What a fault or an intruder destroyed comes back only from a copy that neither could reach.',
  mend: 'Set the retention to 30 days (cloud.aws.backup.retentionDays), point-in-time recovery for tables, and a copy action for each rule of a backup plan.',
  controls: [
    'PCI DSS 9.4.1',
    'SOC 2 A1.2',
    'SOC 2 A1.3',
    'ISO 27001 A.8.13',
    'ISO 27001 A.8.14',
    'GDPR 32(1)(c)',
  ],
  scope: 'cloud',
  match: {
    kinds: [
      'rds.aws/Instance',
      'rds.aws/Cluster',
      'dynamodb.aws/Table',
      'elasticache.aws/ReplicationGroup',
      'backup.aws/Plan',
      'backup.aws/Vault',
    ],
  },
  validations: [
    {
      cel: `object.apiVersion != 'rds.aws/v1' || has(object.spec.replicateSourceDb) || object.spec.?backupRetentionPeriod.orValue(1) >= 30`,
      message: 'backups of the database are kept for less than 30 days',
    },
    {
      cel: `object.kind != 'Table' || (object.spec.?pointInTimeRecovery.?enabled.orValue(false) == true &&
object.spec.?replicas.orValue([]).all(r, r.?pointInTimeRecovery.orValue(false) == true))`,
      message: 'the table, or a replica of it, has no point-in-time recovery',
    },
    {
      cel: `object.kind != 'ReplicationGroup' || object.spec.?snapshotRetentionLimit.orValue(0) >= 30`,
      message: 'snapshots of the cache are kept for less than 30 days',
    },
    {
      cel: `object.kind != 'Plan' || object.spec.?rules.orValue([]).all(r, r.?lifecycle.?deleteAfter.orValue(0) >= 30)`,
      message: 'backups are kept for less than 30 days',
    },
    {
      cel: `object.kind != 'Plan' || object.spec.?rules.orValue([]).all(r, r.?copyActions.orValue([]).exists(c, c.?lifecycle.?deleteAfter.orValue(0) >= 30))`,
      message: 'no copy of the backups lies in another region for 30 days',
    },
    {
      cel: `object.kind != 'Vault' || object.graph.referrers.exists(r, r.kind == 'VaultLockConfiguration' && r.spec.?minRetentionDays.orValue(0) >= 30)`,
      message: 'recovery points can be deleted before 30 days are over: the vault has no lock',
    },
  ],
  pass: [
    resource('rds.aws/Cluster', { backupRetentionPeriod: 30 }),
    resource('rds.aws/Instance', { replicateSourceDb: 'database' }),
    resource('dynamodb.aws/Table', {
      pointInTimeRecovery: { enabled: true },
      replicas: [{ pointInTimeRecovery: true }],
    }),
    resource('elasticache.aws/ReplicationGroup', { snapshotRetentionLimit: 30 }),
    plan(30, [copy]),
    vault(lock(30)),
  ],
  fail: [
    resource('rds.aws/Instance', { backupRetentionPeriod: 7 }),
    resource('dynamodb.aws/Table', {
      pointInTimeRecovery: { enabled: true },
      replicas: [{ regionName: 'us-east-1' }],
    }),
    resource('elasticache.aws/ReplicationGroup'),
    plan(29, [copy]),
    plan(30, []),
    vault(),
    vault(lock(7)),
  ],
  mutations: [
    { on: 'rds.aws/Cluster', change: [{ path: '/spec/backupRetentionPeriod', value: 7 }] },
    { on: 'rds.aws/Instance', change: [{ path: '/spec/backupRetentionPeriod', value: 29 }] },
    { on: 'dynamodb.aws/Table', change: [{ path: '/spec/pointInTimeRecovery', remove: true }] },
    { on: 'elasticache.aws/ReplicationGroup', change: [{ path: '/spec/snapshotRetentionLimit', value: 5 }] },
    { on: 'backup.aws/Plan', change: [{ path: '/spec/rules/0/lifecycle/deleteAfter', value: 29 }] },
    { on: 'backup.aws/Plan', change: [{ path: '/spec/rules/0/copyActions', remove: true }] },
    { on: 'backup.aws/VaultLockConfiguration', change: 'delete' },
  ],
})
