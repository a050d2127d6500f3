import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const key = `\${aws-core.outputs.dataKey.eu-west-1}`
const table = (serverSideEncryption: object, replicas: readonly object[] = []) =>
  resource('dynamodb.aws/Table', { serverSideEncryption, replicas })

export default defineRule({
  id: 'databases-encrypted',
  title: 'Databases, tables, file systems and caches are encrypted with a key of ours',
  why: 'Disks and snapshots are copied, shared and thrown away; what is on them must be nothing without the key.',
  mend: "Turn encryption at rest on and name the region's key of the purpose: kmsKeyId, kmsKeyArn.",
  controls: ['PCI DSS 3.5.1', 'SOC 2 CC6.1', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)', 'CCPA 1798.150'],
  scope: 'cloud',
  match: {
    kinds: [
      'rds.aws/Instance',
      'rds.aws/Cluster',
      'rds.aws/GlobalCluster',
      'dynamodb.aws/Table',
      'efs.aws/FileSystem',
      'elasticache.aws/ReplicationGroup',
    ],
  },
  variables: [{ name: 'ours', cel: `'^(\\\\$\\\\{|arn:)'` }],
  validations: [
    {
      // A replica takes its encryption from its source, which is judged itself.
      cel: `object.apiVersion != 'rds.aws/v1' || has(object.spec.replicateSourceDb) || object.spec.?storageEncrypted.orValue(false) == true`,
      message: 'the database is not encrypted at rest',
    },
    {
      cel: `!(object.apiVersion == 'rds.aws/v1' && object.kind in ['Instance', 'Cluster']) || has(object.spec.replicateSourceDb) ||
object.spec.?kmsKeyId.orValue('').matches(variables.ours)`,
      message: 'the database is encrypted with no key of ours',
    },
    {
      cel: `object.kind != 'Table' || (object.spec.?serverSideEncryption.?enabled.orValue(false) == true &&
object.spec.serverSideEncryption.?kmsKeyArn.orValue('').matches(variables.ours) &&
object.spec.?replicas.orValue([]).all(r, r.?kmsKeyArn.orValue('').matches(variables.ours)))`,
      message: 'the table, or a replica of it, is encrypted with no key of ours',
    },
    {
      cel: `object.kind != 'FileSystem' || (object.spec.?encrypted.orValue(false) == true && object.spec.?kmsKeyId.orValue('').matches(variables.ours))`,
      message: 'the file system is not encrypted with a key of ours',
    },
    {
      cel: `object.kind != 'ReplicationGroup' ||
(string(object.spec.?atRestEncryptionEnabled.orValue(false)) == 'true' && object.spec.?kmsKeyId.orValue('').matches(variables.ours))`,
      message: 'the cache is not encrypted at rest with a key of ours',
    },
  ],
  pass: [
    resource('rds.aws/Instance', { storageEncrypted: true, kmsKeyId: key }),
    resource('rds.aws/Instance', { replicateSourceDb: `\${database.identifier}` }),
    resource('rds.aws/GlobalCluster', { storageEncrypted: true }),
    table({ enabled: true, kmsKeyArn: key }, [{ regionName: 'us-east-1', kmsKeyArn: key }]),
    resource('efs.aws/FileSystem', { encrypted: true, kmsKeyId: key }),
    resource('elasticache.aws/ReplicationGroup', { atRestEncryptionEnabled: true, kmsKeyId: key }),
  ],
  fail: [
    resource('rds.aws/Cluster', { kmsKeyId: key }),
    resource('rds.aws/Instance', { storageEncrypted: true }),
    resource('rds.aws/GlobalCluster'),
    table({ enabled: true }),
    table({ enabled: true, kmsKeyArn: key }, [{ regionName: 'us-east-1' }]),
    resource('efs.aws/FileSystem', { encrypted: true }),
    resource('elasticache.aws/ReplicationGroup', { atRestEncryptionEnabled: false, kmsKeyId: key }),
  ],
  mutations: [
    { on: 'rds.aws/Cluster', change: [{ path: '/spec/storageEncrypted', value: false }] },
    { on: 'rds.aws/GlobalCluster', change: [{ path: '/spec/storageEncrypted', value: false }] },
    { on: 'rds.aws/Instance', change: [{ path: '/spec/kmsKeyId', value: 'alias/aws/rds' }] },
    { on: 'dynamodb.aws/Table', change: [{ path: '/spec/serverSideEncryption/enabled', value: false }] },
    { on: 'dynamodb.aws/Table', change: [{ path: '/spec/replicas/0/kmsKeyArn', remove: true }] },
    { on: 'efs.aws/FileSystem', change: [{ path: '/spec/encrypted', value: false }] },
    {
      on: 'elasticache.aws/ReplicationGroup',
      change: [{ path: '/spec/atRestEncryptionEnabled', value: false }],
    },
  ],
})
