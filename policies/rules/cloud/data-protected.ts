import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const kept = (kind: string, spec: object = {}) => resource(kind, spec, { options: { protect: true } })

export default defineRule({
  id: 'data-protected',
  title: 'What holds data cannot be deleted by a change of code',
  why: 'A renamed resource is, to Pulumi, one to delete and one to make: data would be gone with the merge.',
  mend: "Set protect: true in the resource's options, deletion protection where the service has it, and never forceDestroy, forceDelete or skipFinalSnapshot.",
  controls: [
    'PCI DSS 10.5.1',
    'SOC 2 A1.2',
    'SOC 2 CC8.1',
    'ISO 27001 A.8.13',
    'ISO 27001 A.8.32',
    'GDPR 32(1)(b)',
  ],
  scope: 'cloud',
  match: {
    kinds: [
      's3.aws/Bucket',
      'rds.aws/Instance',
      'rds.aws/Cluster',
      'rds.aws/GlobalCluster',
      'dynamodb.aws/Table',
      'efs.aws/FileSystem',
      'kms.aws/Key',
      'kms.aws/ReplicaKey',
      'secretsmanager.aws/Secret',
      'backup.aws/Vault',
      'ecr.aws/Repository',
      'route53.aws/Zone',
      'cloudtrail.aws/Trail',
      'cloudwatch.aws/LogGroup',
      'lb.aws/LoadBalancer',
      'eks.aws/Cluster',
      'cloudflare/Zone',
      'cloudflare/WorkersKvNamespace',
      'fastly/Kvstore',
      'vault/Mount',
    ],
  },
  variables: [
    {
      name: 'holdsData',
      cel: `!(object.apiVersion in ['lb.aws/v1', 'eks.aws/v1', 'cloudwatch.aws/v1']) && !has(object.spec.replicateSourceDb) &&
!(object.kind == 'Zone' && has(object.spec.vpcs))`,
    },
    {
      name: 'switch',
      cel: `{'rds.aws/v1': 'deletionProtection', 'dynamodb.aws/v1': 'deletionProtectionEnabled', 'lb.aws/v1': 'enableDeletionProtection', 'eks.aws/v1': 'deletionProtection'}`,
    },
    {
      name: 'forced',
      cel: `['forceDestroy', 'forceDelete', 'skipFinalSnapshot', 'skipDestroy'].filter(k, k != 'skipDestroy' && object.spec[?k].orValue(false) == true)`,
    },
  ],
  validations: [
    {
      cel: '!variables.holdsData || object.options.?protect.orValue(false)',
      message: 'it holds data and is not protected',
    },
    {
      cel: `has(object.spec.replicateSourceDb) || !(object.apiVersion in variables.switch) || object.spec[?variables.switch[object.apiVersion]].orValue(false) == true`,
      message: 'deletion protection is off',
      messageCel: `'deletion protection is off: ' + variables.switch[object.apiVersion] + ' is not true'`,
    },
    {
      cel: `variables.forced.size() == 0 || has(object.spec.replicateSourceDb)`,
      message: 'it is deleted with all that is in it',
      messageCel: `'it is deleted with all that is in it: ' + variables.forced.join(', ')`,
    },
  ],
  pass: [
    kept('s3.aws/Bucket'),
    kept('rds.aws/Cluster', { deletionProtection: true }),
    resource('lb.aws/LoadBalancer', { enableDeletionProtection: true }),
    resource('rds.aws/Instance', { replicateSourceDb: 'database', skipFinalSnapshot: true }),
    resource('cloudwatch.aws/LogGroup'),
    // A private zone: its records are all declared.
    resource('route53.aws/Zone', { vpcs: [{ vpcId: `\${vpc.id}` }] }),
  ],
  fail: [
    resource('s3.aws/Bucket'),
    kept('rds.aws/Instance'),
    kept('dynamodb.aws/Table', { deletionProtectionEnabled: false }),
    kept('s3.aws/Bucket', { forceDestroy: true }),
    kept('rds.aws/Cluster', { deletionProtection: true, skipFinalSnapshot: true }),
  ],
  mutations: [
    ...[
      's3.aws/Bucket',
      'rds.aws/Cluster',
      'dynamodb.aws/Table',
      'efs.aws/FileSystem',
      'secretsmanager.aws/Secret',
      'backup.aws/Vault',
      'cloudflare/WorkersKvNamespace',
    ].map((on) => ({ on, change: [{ path: '/options/protect', remove: true as const }] })),
    { on: 'dynamodb.aws/Table', change: [{ path: '/spec/deletionProtectionEnabled', value: false }] },
    { on: 'lb.aws/LoadBalancer', change: [{ path: '/spec/enableDeletionProtection', value: false }] },
    { on: 's3.aws/Bucket', change: [{ path: '/spec/forceDestroy', value: true }] },
  ],
})
