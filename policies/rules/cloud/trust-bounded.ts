import { defineRule } from '../../rule.ts'
import { resource, statement } from './views.examples.ts'

const at = '/assumeRolePolicy/Statement/0'
const role = (changes: Partial<ReturnType<typeof statement>>, spec: object = {}) =>
  resource('iam.aws/Role', spec, {
    statements: [statement({ at, actions: ['sts:AssumeRole'], resources: [], ...changes })],
  })
const github = (...conditions: readonly (readonly [operator: string, key: string, value: string])[]) =>
  role({
    actions: ['sts:AssumeRoleWithWebIdentity'],
    principals: [`Federated:\${github.arn}`],
    conditions: conditions.map(([operator, key, value]) => ({ operator, key, values: [value] })),
  })
const aud = ['StringEquals', 'token.actions.githubusercontent.com:aud', 'sts.amazonaws.com'] as const
const sub = 'token.actions.githubusercontent.com:sub'

export default defineRule({
  id: 'trust-bounded',
  title: 'Who may take a role is named, down to the repository and environment, or the service and account',
  why: "A role that trusts all of GitHub, or a service in whoever's account, is everybody's role.",
  mend: 'OIDC: StringEquals on :aud and :sub. Services: aws:SourceAccount or aws:SourceArn where the service sends it. Accounts: a role of ours by its ARN.',
  controls: [
    'PCI DSS 7.2.5',
    'PCI DSS 8.6.1',
    'SOC 2 CC6.1',
    'SOC 2 CC6.3',
    'ISO 27001 A.5.15',
    'ISO 27001 A.5.16',
  ],
  scope: 'cloud',
  match: { kinds: ['iam.aws/Role'] },
  variables: [
    {
      name: 'trust',
      cel: `object.graph.statements.filter(s, s.allow && s.at.startsWith('/assumeRolePolicy'))`,
    },
    {
      name: 'federated',
      cel: `variables.trust.filter(s, s.principals.exists(p, p.startsWith('Federated:')))`,
    },
    {
      // These call from inside a resource that carries the role, and send no source.
      name: 'carriers',
      cel: `['ec2.amazonaws.com', 'eks.amazonaws.com', 'pods.eks.amazonaws.com', 'lambda.amazonaws.com', 'edgelambda.amazonaws.com', 'monitoring.rds.amazonaws.com',
'ecs.amazonaws.com', 'autoscaling.amazonaws.com', 'application-autoscaling.amazonaws.com'].map(s, 'Service:' + s)`,
    },
  ],
  validations: [
    {
      cel: `variables.trust.size() > 0`,
      message: 'the trust policy cannot be read here, or trusts nobody',
    },
    {
      cel: `variables.trust.all(s, !s.notPrincipals && s.principals.size() > 0 && !s.principals.exists(p, p in ['*', 'AWS:*']))`,
      message: 'everybody is trusted',
    },
    {
      cel: `variables.federated.all(s, s.conditions.exists(c, c.key.endsWith(':aud') && c.operator.startsWith('StringEquals')) &&
s.conditions.exists(c, c.key.endsWith(':sub') && (c.operator.startsWith('StringEquals') || c.operator.startsWith('StringLike')) && c.values.all(v, !v.matches('^[^/]*\\\\*|:\\\\*$'))))`,
      message:
        'every workflow, or every pod, of the issuer is trusted: no condition on :aud and :sub that names one',
    },
    {
      cel: `variables.trust.all(s, !s.principals.exists(p, p.startsWith('AWS:') && p.endsWith(':root')) || s.conditions.size() > 0)`,
      message: 'a whole account is trusted without a condition',
    },
    {
      cel: `variables.trust.all(s, !s.principals.exists(p, p.startsWith('Service:') && !(p in variables.carriers)) ||
s.conditions.exists(c, c.key in ['aws:SourceAccount', 'aws:SourceArn', 'aws:PrincipalTag/site'] || c.key.startsWith('aws:PrincipalTag/')))`,
      message:
        "a service is trusted on whoever's behalf (confused deputy): no aws:SourceAccount or aws:SourceArn",
    },
    {
      cel: `object.spec.?maxSessionDuration.orValue(3600) <= 43200`,
      message: 'a session lasts for more than twelve hours',
    },
  ],
  permissions: [
    {
      where: 'roles of services that carry them: EC2, EKS, Lambda, ECS, autoscaling',
      allows: ['no condition on the source'],
      why: 'They take the role from inside a resource of ours that names it, and send neither aws:SourceArn nor aws:SourceAccount.',
      instead: 'iam:PassRole, which lets a resource have a role, is given by the name of the role alone.',
    },
  ],
  pass: [
    github(aud, ['StringEquals', sub, 'repo:meridian-example/meridian:environment:cloud-aws']),
    role({ principals: ['Service:lambda.amazonaws.com'] }),
    role({
      principals: ['Service:backup.amazonaws.com'],
      conditions: [{ operator: 'StringEquals', key: 'aws:SourceAccount', values: ['123456789012'] }],
    }),
    role({ principals: ['AWS:arn:aws:iam::123456789012:role/deploy'] }),
  ],
  fail: [
    resource('iam.aws/Role', { assumeRolePolicy: `\${getPolicyDocument.json}` }),
    role({ principals: ['*'] }),
    github(aud),
    github(['StringEquals', sub, 'repo:meridian-example/meridian:ref:refs/heads/main']),
    github(aud, ['StringLike', sub, 'repo:meridian-example/meridian:*']),
    github(aud, ['StringLike', sub, 'repo:*']),
    role({ principals: ['AWS:arn:aws:iam::123456789012:root'] }),
    role({ principals: ['Service:backup.amazonaws.com'] }),
    role({ principals: ['Service:lambda.amazonaws.com'] }, { maxSessionDuration: 86400 }),
  ],
  mutations: [
    { on: 'iam.aws/Role', change: [{ path: '/spec/assumeRolePolicy', value: `\${getPolicyDocument.json}` }] },
    {
      on: 'iam.aws/Role',
      change: [{ path: '/spec/assumeRolePolicy/Statement/0/Principal', value: '*' }],
    },
    {
      on: 'iam.aws/Role',
      change: [
        {
          path: '/spec/assumeRolePolicy/Statement/0/Principal',
          value: { AWS: 'arn:aws:iam::999999999999:root' },
        },
        { path: '/spec/assumeRolePolicy/Statement/0/Condition', value: {} },
      ],
    },
    {
      on: 'iam.aws/Role',
      change: [
        { path: '/spec/assumeRolePolicy/Statement/0/Principal', value: { Service: 'backup.amazonaws.com' } },
        { path: '/spec/assumeRolePolicy/Statement/0/Condition', value: {} },
      ],
    },
    {
      on: 'iam.aws/Role',
      change: [
        {
          path: '/spec/assumeRolePolicy/Statement/0',
          value: {
            Effect: 'Allow',
            Principal: { Federated: `\${github.arn}` },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringLike: { [sub]: 'repo:*', [aud[1]]: aud[2] } },
          },
        },
      ],
    },
    { on: 'iam.aws/Role', change: [{ path: '/spec/maxSessionDuration', value: 86400 }] },
  ],
})
