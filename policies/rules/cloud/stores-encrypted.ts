import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const key = `\${data-key.arn}`

export default defineRule({
  id: 'stores-encrypted',
  title: 'Messages, secrets, images, backups, audit trails and model disks are encrypted with a key of ours',
  why: 'Copies of data wait in queues, vaults and registries; each is as good to steal as the database.',
  mend: 'Name the key of the purpose where the service takes one: kmsMasterKeyId, kmsKeyId, kmsKeyArn, encryptionConfigurations.',
  controls: [
    'PCI DSS 3.5.1',
    'PCI DSS 10.3.2',
    'SOC 2 CC6.1',
    'ISO 27001 A.8.24',
    'GDPR 32(1)(a)',
    'CCPA 1798.150',
  ],
  scope: 'cloud',
  match: {
    kinds: [
      'sns.aws/Topic',
      'sqs.aws/Queue',
      'secretsmanager.aws/Secret',
      'cloudtrail.aws/Trail',
      'backup.aws/Vault',
      'kinesis.aws/Stream',
      'sagemaker.aws/EndpointConfiguration',
      'ecr.aws/Repository',
      'eks.aws/Cluster',
      'ebs.aws/Volume',
      'ebs.aws/EncryptionByDefault',
    ],
  },
  variables: [
    { name: 'ours', cel: `'^(\\\\$\\\\{|arn:)'` },
    {
      name: 'names',
      cel: `{'Topic': 'kmsMasterKeyId', 'Queue': 'kmsMasterKeyId', 'Secret': 'kmsKeyId', 'Trail': 'kmsKeyId', 'Vault': 'kmsKeyArn',
'Stream': 'kmsKeyId', 'EndpointConfiguration': 'kmsKeyArn', 'Volume': 'kmsKeyId'}`,
    },
  ],
  validations: [
    {
      cel: `!(object.kind in variables.names) || object.spec[?variables.names[object.kind]].orValue('').matches(variables.ours)`,
      message: 'it is encrypted with no key of ours',
      messageCel: `'it is encrypted with no key of ours: ' + variables.names[object.kind] + ' is missing'`,
    },
    {
      cel: `object.kind != 'Secret' || object.spec.?replicas.orValue([]).all(r, r.?kmsKeyId.orValue('').matches(variables.ours))`,
      message: 'a replica of the secret is encrypted with no key of ours',
    },
    {
      cel: `object.kind != 'Repository' || object.spec.?encryptionConfigurations.orValue([]).exists(e,
e.?encryptionType.orValue('') == 'KMS' && e.?kmsKey.orValue('').matches(variables.ours))`,
      message: 'images are encrypted with no key of ours',
    },
    {
      cel: `object.apiVersion != 'eks.aws/v1' || (object.spec.?encryptionConfig.?resources.orValue([]).exists(r, r == 'secrets') &&
object.spec.encryptionConfig.?provider.?keyArn.orValue('').matches(variables.ours))`,
      message: "the cluster's secrets are encrypted with no key of ours",
    },
    {
      cel: `!(object.kind in ['Volume', 'EncryptionByDefault']) || object.spec[?(object.kind == 'Volume' ? 'encrypted' : 'enabled')].orValue(object.kind != 'Volume') == true`,
      message: 'disks are not encrypted',
    },
  ],
  pass: [
    resource('sns.aws/Topic', { kmsMasterKeyId: key }),
    resource('secretsmanager.aws/Secret', {
      kmsKeyId: key,
      replicas: [{ region: 'us-east-1', kmsKeyId: key }],
    }),
    resource('ecr.aws/Repository', { encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: key }] }),
    resource('eks.aws/Cluster', { encryptionConfig: { provider: { keyArn: key }, resources: ['secrets'] } }),
    resource('ebs.aws/Volume', { encrypted: true, kmsKeyId: key }),
    resource('ebs.aws/EncryptionByDefault', { enabled: true }),
  ],
  fail: [
    resource('sqs.aws/Queue'),
    resource('sns.aws/Topic', { kmsMasterKeyId: 'alias/aws/sns' }),
    resource('backup.aws/Vault'),
    resource('secretsmanager.aws/Secret', { kmsKeyId: key, replicas: [{ region: 'us-east-1' }] }),
    resource('ecr.aws/Repository', { encryptionConfigurations: [{ encryptionType: 'AES256' }] }),
    resource('eks.aws/Cluster'),
    resource('ebs.aws/Volume', { kmsKeyId: key }),
    resource('ebs.aws/EncryptionByDefault', { enabled: false }),
  ],
  mutations: [
    { on: 'sns.aws/Topic', change: [{ path: '/spec/kmsMasterKeyId', remove: true }] },
    { on: 'secretsmanager.aws/Secret', change: [{ path: '/spec/kmsKeyId', remove: true }] },
    {
      on: 'secretsmanager.aws/Secret',
      change: [{ path: '/spec/replicas', value: [{ region: 'us-east-1' }] }],
    },
    { on: 'cloudtrail.aws/Trail', change: [{ path: '/spec/kmsKeyId', remove: true }] },
    { on: 'backup.aws/Vault', change: [{ path: '/spec/kmsKeyArn', remove: true }] },
    { on: 'sagemaker.aws/EndpointConfiguration', change: [{ path: '/spec/kmsKeyArn', remove: true }] },
    { on: 'ecr.aws/Repository', change: [{ path: '/spec/encryptionConfigurations', remove: true }] },
    { on: 'eks.aws/Cluster', change: [{ path: '/spec/encryptionConfig', remove: true }] },
    { on: 'ebs.aws/EncryptionByDefault', change: [{ path: '/spec/enabled', value: false }] },
  ],
})
