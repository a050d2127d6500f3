import { defineRule } from '../../rule.ts'
import { resource, statement } from './views.examples.ts'

const root = statement({
  actions: ['kms:*'],
  resources: ['*'],
  principals: ['AWS:arn:aws:iam::123456789012:root'],
})
const good = { enableKeyRotation: true, deletionWindowInDays: 30 }
const key = (changes: object = {}, ...statements: ReturnType<typeof statement>[]) =>
  resource(
    'kms.aws/Key',
    { ...good, ...changes },
    { options: { protect: true }, statements: [root, ...statements] },
  )

export default defineRule({
  id: 'keys-rotated',
  title: 'Keys rotate, are not deleted in haste, and obey named principals alone',
  why: 'A key that never changes protects everything since its first day; one that is deleted takes all data with it.',
  mend: 'Set enableKeyRotation and a deletion window of 30 days, and write a policy that names who may use and who may manage the key.',
  controls: ['PCI DSS 3.6.1', 'PCI DSS 3.7.4', 'SOC 2 CC6.1', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)'],
  scope: 'cloud',
  match: { kinds: ['kms.aws/Key', 'kms.aws/ReplicaKey'] },
  variables: [
    {
      name: 'symmetric',
      cel: `object.spec.?customerMasterKeySpec.orValue('SYMMETRIC_DEFAULT') == 'SYMMETRIC_DEFAULT' && object.spec.?keyUsage.orValue('ENCRYPT_DECRYPT') == 'ENCRYPT_DECRYPT'`,
    },
  ],
  validations: [
    {
      // A replica rotates with its primary.
      cel: `object.kind == 'ReplicaKey' || !variables.symmetric || object.spec.?enableKeyRotation.orValue(false) == true`,
      message: 'the key is never rotated',
    },
    {
      cel: `object.spec.?deletionWindowInDays.orValue(30) >= 30`,
      message: 'the key can be gone in less than 30 days',
    },
    {
      cel: `object.graph.statements.size() > 0`,
      message:
        'the key has no policy of its own: every principal of the account that has kms: rights may use it',
    },
    {
      cel: `object.graph.statements.all(s, !s.allow || !s.principals.exists(p, p in ['*', 'AWS:*']) ||
s.conditions.exists(c, c.key in ['kms:CallerAccount', 'aws:PrincipalAccount', 'aws:PrincipalArn', 'aws:SourceArn', 'aws:SourceAccount']))`,
      message: 'the policy of the key lets everybody in',
    },
    {
      cel: `object.graph.statements.all(s, !s.allow || !s.actions.exists(a, a in ['*', 'kms:*']) ||
s.principals.all(p, p.matches('^AWS:arn:aws:iam::[^:]+:root$')))`,
      message: 'the policy of the key gives all rights to more than the account that owns it',
    },
    {
      cel: `object.spec.?bypassPolicyLockoutSafetyCheck.orValue(false) == false && object.options.?protect.orValue(false)`,
      message: 'the key can be locked away or deleted by one change: it is not protected',
    },
  ],
  permissions: [
    {
      where: 'keys that sign (customerMasterKeySpec ECC_…, RSA_…, HMAC_…)',
      allows: ['no rotation'],
      why: 'KMS rotates symmetric keys that encrypt, and no others.',
      instead:
        'What they sign is short-lived or published beside the next key (DNSSEC roll-over), by a runbook.',
    },
  ],
  pass: [
    key(),
    resource(
      'kms.aws/ReplicaKey',
      { deletionWindowInDays: 30 },
      { options: { protect: true }, statements: [root] },
    ),
    key({ enableKeyRotation: false, customerMasterKeySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' }),
    key(
      {},
      statement({
        principals: ['*'],
        conditions: [{ operator: 'StringEquals', key: 'kms:CallerAccount', values: ['123456789012'] }],
      }),
    ),
  ],
  fail: [
    key({ enableKeyRotation: false }),
    key({ deletionWindowInDays: 7 }),
    resource('kms.aws/Key', good, { options: { protect: true } }),
    key({}, statement({ principals: ['*'] })),
    key({}, statement({ actions: ['kms:*'], principals: ['AWS:arn:aws:iam::123456789012:role/app'] })),
    resource('kms.aws/Key', good, { statements: [root] }),
  ],
  mutations: [
    { on: 'kms.aws/Key', change: [{ path: '/spec/enableKeyRotation', value: false }] },
    { on: 'kms.aws/Key', change: [{ path: '/spec/deletionWindowInDays', value: 7 }] },
    { on: 'kms.aws/Key', change: [{ path: '/spec/policy', remove: true }] },
    { on: 'kms.aws/Key', change: [{ path: '/options/protect', remove: true }] },
    {
      on: 'kms.aws/Key',
      change: [
        {
          path: '/spec/policy/Statement/-',
          value: { Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: '*' },
        },
      ],
    },
  ],
})
