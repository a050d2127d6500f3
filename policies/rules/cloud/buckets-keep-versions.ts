import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const versioned = related('s3.aws/BucketVersioning', { versioningConfiguration: { status: 'Enabled' } })
const replicated = related('s3.aws/BucketReplicationConfig', {
  bucket: 'meridian-example',
  rules: [{ status: 'Enabled' }],
})
const locked = (mode: string, days: number) =>
  related('s3.aws/BucketObjectLockConfiguration', { rule: { defaultRetention: { mode, days } } })
const bucket = (name: string, ...referrers: ReturnType<typeof related>[]) =>
  resource('s3.aws/Bucket', { bucket: 'meridian-example', objectLockEnabled: true }, { name, referrers })

export default defineRule({
  id: 'buckets-keep-versions',
  title: 'Buckets keep versions; models and backups are replicated, backups and the audit trail locked',
  why: 'What is overwritten or deleted, by mistake or by an intruder with keys, must come back.',
  mend: 'Give the bucket a BucketVersioning; models and backups a BucketReplicationConfig; backups and audit an object lock in compliance mode of 30 days or more.',
  controls: ['PCI DSS 10.5.1', 'SOC 2 A1.2', 'SOC 2 CC7.5', 'ISO 27001 A.8.13', 'GDPR 32(1)(c)'],
  scope: 'cloud',
  match: { kinds: ['s3.aws/Bucket'] },
  validations: [
    {
      cel: `object.graph.referrers.exists(r, r.kind == 'BucketVersioning' && r.spec.?versioningConfiguration.?status.orValue('') == 'Enabled')`,
      message: 'the bucket keeps no versions',
    },
    {
      cel: `!object.metadata.name.matches('^(models|backups)(-|$)') ||
object.graph.referrers.exists(r, r.kind == 'BucketReplicationConfig' && r.spec.?rules.orValue([]).exists(e, e.status == 'Enabled') &&
(object.metadata.name.startsWith('models') || r.spec.bucket == object.spec.?bucket.orValue('') || r.spec.bucket.startsWith('\${' + object.metadata.name + '.')))`,
      message: 'the bucket has no second copy in another region',
    },
    {
      // In governance mode those with s3:BypassGovernanceRetention delete all the same.
      cel: `!object.metadata.name.matches('^(backups|audit)(-|$)') || (object.spec.?objectLockEnabled.orValue(false) == true &&
object.graph.referrers.exists(r, r.kind == 'BucketObjectLockConfiguration' && r.spec.?rule.?defaultRetention.?mode.orValue('') == 'COMPLIANCE' &&
r.spec.rule.defaultRetention.?days.orValue(0) >= 30))`,
      message: 'it can be emptied before 30 days are over: no object lock in compliance mode',
    },
  ],
  pass: [
    bucket('logs', versioned),
    bucket('models-eu-west-1', versioned, replicated),
    bucket('backups', versioned, replicated, locked('COMPLIANCE', 30)),
  ],
  fail: [
    // A copy of another bucket lies in it, and none of it elsewhere.
    bucket(
      'backups',
      versioned,
      { ...replicated, spec: { ...replicated.spec, bucket: 'other' } },
      locked('COMPLIANCE', 30),
    ),
    bucket('logs'),
    bucket('models', versioned),
    bucket('backups', versioned, replicated, locked('GOVERNANCE', 30)),
    bucket('backups', versioned, replicated, locked('COMPLIANCE', 29)),
  ],
  mutations: [
    { on: 's3.aws/BucketVersioning', change: 'delete' },
    {
      on: 's3.aws/BucketVersioning',
      change: [{ path: '/spec/versioningConfiguration/status', value: 'Suspended' }],
    },
    { on: 's3.aws/BucketReplicationConfig', change: 'delete' },
    {
      on: 's3.aws/BucketObjectLockConfiguration',
      change: [{ path: '/spec/rule/defaultRetention/days', value: 29 }],
    },
    {
      on: 's3.aws/BucketObjectLockConfiguration',
      change: [{ path: '/spec/rule/defaultRetention/mode', value: 'GOVERNANCE' }],
    },
  ],
})
