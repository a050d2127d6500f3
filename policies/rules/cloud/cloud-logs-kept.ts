import { defineRule } from '../../rule.ts'
import { related, resource } from './views.examples.ts'

const group = (changes: object = {}) =>
  resource('cloudwatch.aws/LogGroup', { retentionInDays: 365, kmsKeyId: `\${logs-key.arn}`, ...changes })
const bucket = (days?: number) =>
  resource(
    's3.aws/Bucket',
    {},
    {
      name: 'logs-eu-west-1',
      referrers: [
        related('s3.aws/BucketLifecycleConfiguration', {
          rules: [{ status: 'Enabled', ...(days === undefined ? {} : { expiration: { days } }) }],
        }),
      ],
    },
  )

export default defineRule({
  id: 'cloud-logs-kept',
  title: 'Logs of the cloud are kept for 365 days, encrypted, and no longer without end',
  why: 'Most breaches are found months later; what happened must still be there to read, and personal data must end.',
  mend: 'Set retentionInDays to 365 (platform.logs.retentionDays) and the logs key; a bucket of logs expires its objects after as many days.',
  controls: ['PCI DSS 10.5.1', 'PCI DSS 3.5.1', 'SOC 2 CC7.2', 'ISO 27001 A.8.15', 'GDPR 5(1)(e)'],
  scope: 'cloud',
  match: { kinds: ['cloudwatch.aws/LogGroup', 's3.aws/Bucket'] },
  variables: [
    {
      name: 'logs',
      cel: `object.kind == 'Bucket' && object.metadata.name.matches('(^|-)logs(-|$)')`,
    },
  ],
  validations: [
    {
      cel: `object.kind != 'LogGroup' || object.spec.?retentionInDays.orValue(0) >= 365`,
      message: 'the log group does not keep its logs for 365 days',
      messageCel: `'the log group keeps its logs for ' + string(object.spec.?retentionInDays.orValue(0)) + ' days (0: for ever), not for 365'`,
    },
    {
      cel: `object.kind != 'LogGroup' || object.spec.?kmsKeyId.orValue('').matches('^(\\\\$\\\\{|arn:)')`,
      message: 'the log group is encrypted with no key of ours',
    },
    {
      cel: `!variables.logs || object.graph.referrers.exists(r, r.kind == 'BucketLifecycleConfiguration' &&
r.spec.?rules.orValue([]).exists(l, l.status == 'Enabled' && l.?expiration.?days.orValue(0) > 0) &&
r.spec.rules.all(l, l.?expiration.?days.orValue(365) >= 365))`,
      message: 'the bucket does not keep its logs for 365 days and then end them',
    },
  ],
  pass: [
    group(),
    group({ retentionInDays: 400 }),
    bucket(365),
    resource('s3.aws/Bucket', {}, { name: 'models' }),
  ],
  fail: [
    group({ retentionInDays: 90 }),
    group({ retentionInDays: 0 }),
    group({ kmsKeyId: '' }),
    bucket(364),
    bucket(),
  ],
  mutations: [
    { on: 'cloudwatch.aws/LogGroup', change: [{ path: '/spec/retentionInDays', value: 180 }] },
    { on: 'cloudwatch.aws/LogGroup', change: [{ path: '/spec/kmsKeyId', remove: true }] },
    {
      on: 's3.aws/BucketLifecycleConfiguration',
      where: { name: 'logs-eu-west-1-lifecycle' },
      change: [{ path: '/spec/rules/0/expiration/days', value: 90 }],
    },
  ],
})
