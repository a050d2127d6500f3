import { defineRule } from '../../rule.ts'
import { unscopedActions } from './iam-least-privilege.permissions.ts'
import { resource, statement } from './views.examples.ts'

const policy = (changes: Partial<ReturnType<typeof statement>> = {}, kind = 'iam.aws/RolePolicy') =>
  resource(kind, { policy: {} }, { statements: [statement(changes)] })
const deploys = (...statements: ReturnType<typeof statement>[]) =>
  resource('iam.aws/RolePolicy', { policy: {} }, { name: 'pipeline-cloud-aws-policy', statements })
const ours = { operator: 'StringEquals', key: 'aws:RequestedRegion', values: ['eu-west-1'] }
const never = statement({
  allow: false,
  actions: [
    'kms:ScheduleKeyDeletion',
    'cloudtrail:StopLogging',
    'secretsmanager:GetSecretValue',
    's3:DeleteObjectVersion',
  ],
})

export default defineRule({
  id: 'iam-least-privilege',
  title: 'Roles may do what their work needs, on the resources that it needs, and nothing is a user',
  why: 'Whoever takes over a program may do what its role may; a star in it is the whole account.',
  mend: 'Name actions and resources; where AWS has no resource level for an action, it stands in iam-least-privilege.permissions.ts.',
  controls: [
    'PCI DSS 7.2.1',
    'PCI DSS 7.2.5',
    'PCI DSS 8.6.2',
    'SOC 2 CC6.3',
    'ISO 27001 A.5.15',
    'ISO 27001 A.8.2',
    'GDPR 25(2)',
  ],
  scope: 'cloud',
  match: {
    kinds: [
      'iam.aws/Policy',
      'iam.aws/RolePolicy',
      'iam.aws/Role',
      'iam.aws/RolePolicyAttachment',
      'iam.aws/User',
      'iam.aws/AccessKey',
      'iam.aws/UserPolicy',
    ],
  },
  variables: [
    // A role's trust policy names no resources: trust-bounded judges it.
    {
      name: 'allowed',
      cel: `object.graph.statements.filter(s, s.allow && !s.at.startsWith('/assumeRolePolicy'))`,
    },
    { name: 'unscoped', cel: JSON.stringify(unscopedActions) },
    {
      // Whoever declares every resource of the account; bounded by what it is denied.
      name: 'deploys',
      cel: `object.metadata.namespace == 'aws-core' && object.metadata.name == 'pipeline-cloud-aws-policy' &&
['kms:ScheduleKeyDeletion', 'cloudtrail:StopLogging', 'secretsmanager:GetSecretValue', 's3:DeleteObjectVersion'].all(a,
object.graph.statements.exists(s, !s.allow && s.conditions.size() == 0 && a in s.actions))`,
    },
    {
      name: 'wide',
      cel: `variables.allowed.filter(s, s.notActions.size() > 0 || s.actions.exists(a, a in ['*', 'iam:*', 'sts:*', 'organizations:*'] ||
(a.endsWith(':*') && !(variables.deploys && s.conditions.exists(c, c.key == 'aws:RequestedRegion')))))`,
    },
    {
      name: 'everywhere',
      cel: `variables.deploys ? [] : variables.allowed.filter(s, s.notResources.size() > 0 ||
(s.resources.exists(r, r == '*') && !s.actions.all(a, a in variables.unscoped)))`,
    },
    {
      name: 'managed',
      cel: `(object.spec.?managedPolicyArns.orValue([]) + [object.spec.?policyArn.orValue('')]).filter(a,
a.matches('/(Administrator|PowerUser|IAMFull)Access$|FullAccess$'))`,
    },
    {
      name: 'opaque',
      cel: `object.kind in ['Policy', 'RolePolicy'] && object.graph.statements.size() == 0`,
    },
  ],
  validations: [
    {
      cel: 'variables.wide.size() == 0',
      message: 'a statement allows every action of a service',
      messageCel: `'every action of a service is allowed: ' + variables.wide.map(s, s.at + ' ' + s.actions.join(' ')).join(', ')`,
    },
    {
      cel: 'variables.everywhere.size() == 0',
      message: 'a statement allows actions on every resource that could be named',
      messageCel: `'on every resource: ' + variables.everywhere.map(s, s.actions.filter(a, !(a in variables.unscoped)).join(' ')).join(' ')`,
    },
    {
      cel: `variables.managed.size() == 0`,
      message: 'a policy of AWS with full access is attached',
      messageCel: `'attached: ' + variables.managed.join(', ')`,
    },
    {
      cel: `!(object.kind in ['User', 'AccessKey', 'UserPolicy'])`,
      message: 'users and their keys never end: programs take roles, people come by single sign-on',
    },
    {
      cel: '!variables.opaque',
      message: 'the policy cannot be read here: write it out instead of asking the cloud for it',
    },
  ],
  permissions: [
    {
      where: 'aws-core/pipeline-cloud-aws-policy',
      allows: ['every action of the services that platform/ declares', '`*` as resource'],
      why: 'Pulumi makes, changes and looks up each resource of the account, most of which have no name before they are made.',
      instead:
        'GitHub alone takes the role, from the protected environment cloud-aws (trust-bounded); our three regions only; denied are keys and logs ended, versions deleted and data read.',
    },
    {
      where: 'actions listed in iam-least-privilege.permissions.ts',
      allows: ['`*` as resource'],
      why: 'AWS has no resource level for them (Service Authorization Reference: no resource types), or the resource is born with the call.',
      instead:
        'They are listed by name, read or write no data of ours, and the trust policy bounds who may take the role.',
    },
  ],
  pass: [
    policy(),
    deploys(statement({ actions: ['s3:*'], resources: ['*'], conditions: [ours] }), never),
    policy({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    policy({ allow: false, actions: ['*'], resources: ['*'] }),
    resource(
      'iam.aws/Role',
      {},
      {
        statements: [
          statement({ at: '/assumeRolePolicy/Statement/0', actions: ['sts:AssumeRole'], resources: [] }),
        ],
      },
    ),
    resource('iam.aws/RolePolicyAttachment', { policyArn: `\${reader.arn}` }),
  ],
  fail: [
    deploys(statement({ actions: ['s3:*'], resources: ['*'] }), never),
    deploys(statement({ actions: ['s3:*'], resources: ['*'], conditions: [ours] })),
    deploys(statement({ actions: ['iam:*'], conditions: [ours] }), never),
    policy({ actions: ['s3:*'] }),
    policy({ actions: [], notActions: ['iam:*'] }, 'iam.aws/Policy'),
    policy({ resources: ['*'] }),
    policy({ resources: [], notResources: ['arn:aws:s3:::example'] }),
    resource('iam.aws/RolePolicyAttachment', { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    resource('iam.aws/Role', { managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] }),
    resource('iam.aws/User'),
    resource('iam.aws/RolePolicy', { policy: `\${getPolicyDocument.json}` }),
  ],
  mutations: [
    { on: 'iam.aws/RolePolicy', change: [{ path: '/spec/policy/Statement/0/Action', value: '*' }] },
    {
      on: 'iam.aws/RolePolicy',
      change: [
        { path: '/spec/policy/Statement/0/Action', value: 's3:GetObject' },
        { path: '/spec/policy/Statement/0/Resource', value: '*' },
      ],
    },
    {
      on: 'iam.aws/Role',
      change: [{ path: '/spec/managedPolicyArns', value: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
    },
    {
      on: 'iam.aws/RolePolicyAttachment',
      change: [{ path: '/spec/policyArn', value: 'arn:aws:iam::aws:policy/PowerUserAccess' }],
    },
    { on: 'iam.aws/RolePolicy', change: [{ path: '/spec/policy', value: `\${getPolicyDocument.json}` }] },
  ],
})
