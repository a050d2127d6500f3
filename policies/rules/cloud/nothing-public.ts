import { defineRule } from '../../rule.ts'
import { resource, statement } from './views.examples.ts'

const policy = (...statements: ReturnType<typeof statement>[]) =>
  resource('sqs.aws/QueuePolicy', {}, { statements })
const anyone = (...conditions: ReturnType<typeof statement>['conditions']) =>
  statement({ actions: ['sqs:SendMessage'], principals: ['*'], conditions })

/** What ties a request to this account or to a resource of it. */
const bounds = `['aws:SourceArn', 'aws:SourceAccount', 'aws:SourceOrgID', 'aws:PrincipalArn', 'aws:PrincipalAccount', 'aws:PrincipalOrgID', 'aws:SourceVpc', 'aws:SourceVpce', 'kms:CallerAccount']`

export default defineRule({
  id: 'nothing-public',
  title: 'Only the entrances face the internet: no database, cluster, machine, task or policy does',
  why: 'What can be reached will be tried; behind the entrances nothing waits for strangers.',
  mend: 'Set publiclyAccessible, endpointPublicAccess, assignPublicIp, associatePublicIpAddress and mapPublicIpOnLaunch to false, and name principals or bound them by a condition.',
  controls: [
    'PCI DSS 1.3.1',
    'PCI DSS 1.4.4',
    'SOC 2 CC6.1',
    'SOC 2 CC6.6',
    'ISO 27001 A.8.20',
    'ISO 27001 A.8.22',
    'GDPR 32(1)(b)',
  ],
  scope: 'cloud',
  match: { kinds: ['*/*'] },
  variables: [
    { name: 'aws', cel: `object.apiVersion.endsWith('.aws/v1')` },
    {
      name: 'strangers',
      cel: `object.graph.statements.filter(s, s.allow && (s.notPrincipals || (s.principals.exists(p, p in ['*', 'AWS:*']) &&
!s.conditions.exists(c, c.key in ${bounds}))))`,
    },
  ],
  validations: [
    {
      cel: `!variables.aws || object.spec.?publiclyAccessible.orValue(false) == false`,
      message: 'the database is publicly accessible',
    },
    {
      cel: `object.apiVersion != 'eks.aws/v1' || object.kind != 'Cluster' || (object.spec.?vpcConfig.?endpointPublicAccess.orValue(true) == false &&
object.spec.vpcConfig.?endpointPrivateAccess.orValue(false) == true)`,
      message: "the cluster's API can be reached from the internet",
    },
    {
      cel: `!(object.apiVersion == 'ecs.aws/v1' && object.kind == 'Service') || string(object.spec.?networkConfiguration.?assignPublicIp.orValue(false)) == 'false'`,
      message: 'the tasks get public addresses',
    },
    {
      cel: `!(object.kind in ['LaunchTemplate', 'Instance']) || !variables.aws || (object.spec.?networkInterfaces.orValue([]).all(n, string(n.?associatePublicIpAddress.orValue(false)) == 'false') &&
object.spec.?associatePublicIpAddress.orValue(false) == false)`,
      message: 'the machines get public addresses',
    },
    {
      cel: `object.kind != 'Subnet' || !variables.aws || object.spec.?mapPublicIpOnLaunch.orValue(false) == false`,
      message: 'what starts in the subnet gets a public address',
    },
    {
      cel: `variables.strangers.size() == 0`,
      message: 'a policy lets everybody in',
      messageCel: `'a policy lets everybody in: ' + variables.strangers.map(s, s.at).join(', ')`,
    },
    {
      cel: `object.kind != 'Permission' || object.apiVersion != 'lambda.aws/v1' || object.spec.?principal.orValue('*') != '*'`,
      message: 'everybody may call the function',
    },
    {
      cel: `!(object.apiVersion in ['s3.aws/v1', 'ecrpublic.aws/v1']) || !(object.kind in ['BucketAcl', 'BucketWebsiteConfiguration', 'Repository'])`,
      message: 'public by its kind: access lists, websites and public registries are not used',
    },
  ],
  pass: [
    resource('rds.aws/Instance', { publiclyAccessible: false }),
    resource('eks.aws/Cluster', { vpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true } }),
    resource('ecs.aws/Service', { networkConfiguration: { assignPublicIp: false } }),
    resource('ecr.aws/Repository'),
    policy(anyone({ operator: 'ArnEquals', key: 'aws:SourceArn', values: ['arn'] })),
    policy({ ...anyone(), allow: false }),
  ],
  fail: [
    resource('rds.aws/ClusterInstance', { publiclyAccessible: true }),
    resource('eks.aws/Cluster', { vpcConfig: { endpointPrivateAccess: true } }),
    resource('ecs.aws/Service', { networkConfiguration: { assignPublicIp: true } }),
    resource('ec2.aws/LaunchTemplate', { networkInterfaces: [{ associatePublicIpAddress: 'true' }] }),
    resource('ec2.aws/Subnet', { mapPublicIpOnLaunch: true }),
    policy(anyone()),
    policy(anyone({ operator: 'Bool', key: 'aws:SecureTransport', values: ['true'] })),
    policy(statement({ notPrincipals: true })),
    resource('lambda.aws/Permission', { principal: '*' }),
    resource('s3.aws/BucketAcl', { acl: 'public-read' }),
  ],
  mutations: [
    { on: 'rds.aws/Instance', change: [{ path: '/spec/publiclyAccessible', value: true }] },
    { on: 'eks.aws/Cluster', change: [{ path: '/spec/vpcConfig/endpointPublicAccess', value: true }] },
    { on: 'ecs.aws/Service', change: [{ path: '/spec/networkConfiguration/assignPublicIp', value: true }] },
    {
      on: 'ec2.aws/LaunchTemplate',
      change: [{ path: '/spec/networkInterfaces', value: [{ associatePublicIpAddress: 'true' }] }],
    },
    { on: 'ec2.aws/Subnet', change: [{ path: '/spec/mapPublicIpOnLaunch', value: true }] },
    {
      on: 's3.aws/BucketPolicy',
      change: [
        {
          path: '/spec/policy/Statement/-',
          value: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' },
        },
      ],
    },
  ],
})
