import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const force = { name: 'rds.force_ssl', value: '1' }
const parameters = (kind: string, list: readonly object[] = [force]) => related(kind, { parameters: list })
const instance = (changes: object = {}, list?: readonly object[]) =>
  resource(
    'rds.aws/Instance',
    { iamDatabaseAuthenticationEnabled: true, ...changes },
    { references: [parameters('rds.aws/ParameterGroup', list)] },
  )
const cache = (changes: object = {}) =>
  resource('elasticache.aws/ReplicationGroup', {
    transitEncryptionEnabled: true,
    transitEncryptionMode: 'required',
    userGroupIds: [`\${users.id}`],
    ...changes,
  })
const mounts = (configuration: object) =>
  resource('ecs.aws/TaskDefinition', { volumes: [{ name: 'files', efsVolumeConfiguration: configuration }] })
const files = { transitEncryption: 'ENABLED', authorizationConfig: { iam: 'ENABLED' } }

export default defineRule({
  id: 'databases-over-tls',
  title: 'Databases, caches and file systems take TLS alone, from clients that say who they are',
  why: 'A network of our own is still a network: what crosses it can be read by whatever else runs there.',
  mend: 'rds.force_ssl 1 in the parameter group and IAM authentication; transitEncryptionMode required and a user group; transitEncryption and iam for volumes.',
  controls: [
    'PCI DSS 4.2.1',
    'PCI DSS 8.3.1',
    'SOC 2 CC6.1',
    'SOC 2 CC6.7',
    'ISO 27001 A.8.24',
    'GDPR 32(1)(a)',
    'CCPA 1798.150',
  ],
  scope: 'cloud',
  match: {
    kinds: [
      'rds.aws/Instance',
      'rds.aws/Cluster',
      'elasticache.aws/ReplicationGroup',
      'ecs.aws/TaskDefinition',
      'elasticache.aws/User',
    ],
  },
  variables: [
    {
      name: 'forced',
      cel: `object.graph.references.exists(r, r.kind in ['ParameterGroup', 'ClusterParameterGroup'] &&
r.spec.?parameters.orValue([]).exists(p, p.name == 'rds.force_ssl' && string(p.value) == '1'))`,
    },
  ],
  validations: [
    {
      cel: `object.apiVersion != 'rds.aws/v1' || variables.forced`,
      message: 'the database takes plain text: its parameters do not set rds.force_ssl to 1',
    },
    {
      cel: `object.apiVersion != 'rds.aws/v1' || object.spec.?iamDatabaseAuthenticationEnabled.orValue(false) == true`,
      message: 'the database knows passwords only: IAM authentication is off',
    },
    {
      cel: `object.kind != 'ReplicationGroup' || (object.spec.?transitEncryptionEnabled.orValue(false) == true &&
object.spec.?transitEncryptionMode.orValue('required') == 'required')`,
      message: 'the cache takes plain text',
    },
    {
      cel: `object.kind != 'ReplicationGroup' || object.spec.?userGroupIds.orValue([]).size() > 0 || object.spec.?authToken.orValue('') != ''`,
      message: 'the cache asks nobody who he is',
    },
    {
      cel: `object.kind != 'TaskDefinition' || object.spec.?volumes.orValue([]).all(v, !has(v.efsVolumeConfiguration) ||
(v.efsVolumeConfiguration.?transitEncryption.orValue('DISABLED') == 'ENABLED' && v.efsVolumeConfiguration.?authorizationConfig.?iam.orValue('DISABLED') == 'ENABLED'))`,
      message: 'a volume is mounted without TLS, or without the identity of its task',
    },
    {
      cel: `object.kind != 'User' || object.apiVersion != 'elasticache.aws/v1' || object.spec.?noPasswordRequired.orValue(false) == false || object.spec.?accessString.orValue('').startsWith('off')`,
      message: 'a user of the cache needs no password and is not off',
    },
  ],
  pass: [
    instance(),
    cache(),
    mounts(files),
    resource('elasticache.aws/User', { noPasswordRequired: true, accessString: 'off -@all' }),
  ],
  fail: [
    instance({}, []),
    instance({}, [{ name: 'rds.force_ssl', value: '0' }]),
    instance({ iamDatabaseAuthenticationEnabled: false }),
    cache({ transitEncryptionEnabled: false }),
    cache({ transitEncryptionMode: 'preferred' }),
    cache({ userGroupIds: [] }),
    mounts({ ...files, transitEncryption: 'DISABLED' }),
    resource('elasticache.aws/User', { noPasswordRequired: true, accessString: 'on ~* +@all' }),
  ],
  mutations: [
    {
      on: 'elasticache.aws/User',
      change: [
        { path: '/spec/noPasswordRequired', value: true },
        { path: '/spec/accessString', value: 'on ~* +@all' },
      ],
    },
    { on: 'rds.aws/ParameterGroup', change: [{ path: '/spec/parameters', value: [] }] },
    { on: 'rds.aws/ClusterParameterGroup', change: [{ path: '/spec/parameters', value: [] }] },
    { on: 'rds.aws/Cluster', change: [{ path: '/spec/iamDatabaseAuthenticationEnabled', value: false }] },
    {
      on: 'elasticache.aws/ReplicationGroup',
      change: [{ path: '/spec/transitEncryptionMode', value: 'preferred' }],
    },
    { on: 'elasticache.aws/ReplicationGroup', change: [{ path: '/spec/userGroupIds', value: [] }] },
    {
      on: 'ecs.aws/TaskDefinition',
      change: [
        {
          path: '/spec/volumes',
          value: [{ name: 'x', efsVolumeConfiguration: { transitEncryption: 'DISABLED' } }],
        },
      ],
    },
  ],
})
