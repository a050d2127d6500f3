import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const encrypted = (sseAlgorithm: string, kmsMasterKeyId?: string) =>
  related('s3.aws/BucketServerSideEncryptionConfiguration', {
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm, kmsMasterKeyId }, bucketKeyEnabled: true }],
  })
const bucket = (...referrers: ReturnType<typeof related>[]) => resource('s3.aws/Bucket', {}, { referrers })
const logged = (targetBucket: string) => related('s3.aws/BucketLogging', { targetBucket })

export default defineRule({
  id: 'buckets-encrypted',
  title: 'Every bucket encrypts what it holds with a key of ours',
  why: "A key of ours can be taken away from whoever copied the data; the provider's own key cannot.",
  mend: 'Give the bucket a BucketServerSideEncryptionConfiguration with aws:kms and the key of its purpose; where S3 or a load balancer writes access logs, AES256.',
  controls: ['PCI DSS 3.5.1', 'SOC 2 CC6.1', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)', 'CCPA 1798.150'],
  scope: 'cloud',
  match: { kinds: ['s3.aws/Bucket'] },
  variables: [
    {
      name: 'rules',
      cel: `object.graph.referrers.filter(r, r.kind == 'BucketServerSideEncryptionConfiguration' && r.spec.?rules.orValue([]).size() > 0)
.map(r, r.spec.rules.map(e, e.?applyServerSideEncryptionByDefault.orValue({})))`,
    },
    {
      name: 'takesAccessLogs',
      cel: `object.graph.referrers.exists(r, r.kind == 'LoadBalancer' ||
(r.kind == 'BucketLogging' && (r.spec.targetBucket.startsWith('\${' + object.metadata.name + '.') || r.spec.targetBucket == object.spec.?bucket.orValue(''))))`,
    },
  ],
  validations: [
    {
      cel: 'variables.rules.size() > 0',
      message: 'the bucket says nothing about encryption at rest',
    },
    {
      cel: `variables.takesAccessLogs || variables.rules.all(l, l.all(e,
e.?sseAlgorithm.orValue('') in ['aws:kms', 'aws:kms:dsse'] && e.?kmsMasterKeyId.orValue('').matches('^(\\\\$\\\\{|arn:)')))`,
      message: 'the bucket is not encrypted with a KMS key of ours',
    },
    {
      cel: `!variables.takesAccessLogs || variables.rules.all(l, l.all(e, e.?sseAlgorithm.orValue('') == 'AES256'))`,
      message:
        'access logs are written here, which works with AES256 alone: with a KMS key none would arrive',
    },
  ],
  permissions: [
    {
      where: 'buckets to which S3 or a load balancer writes access logs',
      allows: ["AES-256 with S3's own key instead of a KMS key of ours"],
      why: 'Both write access logs only to buckets with SSE-S3 (Amazon S3 User Guide, Enabling server access logging; ELB, Access logs).',
      instead:
        'The bucket is closed to the public, takes TLS alone, is versioned, and holds addresses and paths, no bodies.',
    },
  ],
  pass: [
    bucket(encrypted('aws:kms', `\${data-key.arn}`)),
    bucket(encrypted('AES256'), logged(`\${example.bucket}`)),
    bucket(encrypted('AES256'), related('lb.aws/LoadBalancer')),
    bucket(encrypted('aws:kms', `\${aws-core.outputs.dataKey}`), logged(`\${access-logs.bucket}`)),
  ],
  fail: [
    bucket(),
    bucket(encrypted('AES256')),
    bucket(encrypted('aws:kms')),
    bucket(encrypted('aws:kms', 'alias/aws/s3')),
    bucket(encrypted('aws:kms', `\${data-key.arn}`), logged(`\${example.bucket}`)),
  ],
  mutations: [
    { on: 's3.aws/BucketServerSideEncryptionConfiguration', change: 'delete' },
    {
      on: 's3.aws/BucketServerSideEncryptionConfiguration',
      change: [
        { path: '/spec/rules', value: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] },
      ],
    },
    {
      on: 's3.aws/BucketServerSideEncryptionConfiguration',
      where: { name: 'access-logs-eu-west-1-encryption' },
      change: [
        {
          path: '/spec/rules/0/applyServerSideEncryptionByDefault',
          value: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: `\${data-key.arn}` },
        },
      ],
    },
  ],
})
