import { defineRule } from '../../rule.ts'
import { related, resource, statement } from './views.examples.ts'

const all = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
}
const tlsOnly = statement({
  allow: false,
  actions: ['s3:*'],
  principals: ['*'],
  conditions: [{ operator: 'Bool', key: 'aws:SecureTransport', values: ['false'] }],
})
const parts = {
  block: related('s3.aws/BucketPublicAccessBlock', all),
  policy: related('s3.aws/BucketPolicy', {}, [tlsOnly]),
  owner: related('s3.aws/BucketOwnershipControls', { rule: { objectOwnership: 'BucketOwnerEnforced' } }),
}
const bucket = (changes: Partial<Record<keyof typeof parts, ReturnType<typeof related>>> = {}) =>
  resource('s3.aws/Bucket', {}, { referrers: Object.values({ ...parts, ...changes }) })

export default defineRule({
  id: 'buckets-closed',
  title: 'No bucket can become public, and each takes TLS alone',
  why: 'Most data that leaked from clouds lay in a bucket that one setting had opened.',
  mend: 'Give the bucket a BucketPublicAccessBlock with all four settings, BucketOwnerEnforced, and a policy that denies requests without aws:SecureTransport.',
  controls: [
    'PCI DSS 1.4.4',
    'PCI DSS 4.2.1',
    'SOC 2 CC6.1',
    'SOC 2 CC6.7',
    'ISO 27001 A.5.15',
    'GDPR 32(1)(b)',
    'CCPA 1798.150',
  ],
  scope: 'cloud',
  match: { kinds: ['s3.aws/Bucket'] },
  validations: [
    {
      cel: `object.graph.referrers.exists(r, r.kind == 'BucketPublicAccessBlock' &&
['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'].all(k, r.spec[?k].orValue(false) == true))`,
      message: 'nothing stops the bucket from becoming public',
    },
    {
      cel: `object.graph.referrers.exists(r, r.kind == 'BucketPolicy' && r.statements.exists(s, !s.allow && s.principals.exists(p, p in ['*', 'AWS:*']) &&
s.actions.exists(a, a in ['s3:*', '*']) && s.conditions.exists(c, c.key == 'aws:SecureTransport' && c.values == ['false'])))`,
      message: 'the bucket takes requests without TLS: no statement of its policy denies them',
    },
    {
      cel: `object.graph.referrers.exists(r, r.kind == 'BucketOwnershipControls' && r.spec.?rule.?objectOwnership.orValue('') == 'BucketOwnerEnforced')`,
      message: 'objects may have other owners and access lists: BucketOwnerEnforced ends both',
    },
  ],
  pass: [bucket()],
  fail: [
    bucket({ block: related('s3.aws/BucketPublicAccessBlock', { ...all, blockPublicPolicy: false }) }),
    bucket({ policy: related('s3.aws/BucketPolicy', {}, [{ ...tlsOnly, allow: true }]) }),
    bucket({ policy: related('s3.aws/BucketPolicy', {}, [{ ...tlsOnly, conditions: [] }]) }),
    bucket({
      owner: related('s3.aws/BucketOwnershipControls', { rule: { objectOwnership: 'ObjectWriter' } }),
    }),
  ],
  mutations: [
    { on: 's3.aws/BucketPublicAccessBlock', change: 'delete' },
    { on: 's3.aws/BucketPublicAccessBlock', change: [{ path: '/spec/ignorePublicAcls', value: false }] },
    { on: 's3.aws/BucketPolicy', change: [{ path: '/spec/policy/Statement', value: [] }] },
    { on: 's3.aws/BucketOwnershipControls', change: 'delete' },
  ],
})
