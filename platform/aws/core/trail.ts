import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { declareRole, trustService } from '../_lib/iam.ts'
import type { Account } from './account.ts'
import { trailName } from './bucket-writers.ts'
import type { Buckets } from './buckets.ts'
import type { Keys } from './keys.ts'

/** Who did what in the account, in every region: to a bucket that nobody can empty, and to a log group for alarms. */
export function declareTrail(account: Account, keys: Keys, { audit, models, backups, trust }: Buckets): void {
  const { id, home, regions, providers, fleet } = account
  const opts = { provider: providers[home] }
  const group = new aws.cloudwatch.LogGroup(
    'trail-log',
    {
      name: '/meridian/trail',
      retentionInDays: fleet.platform.logs.retentionDays,
      kmsKeyId: keys.logs[home],
    },
    { ...opts, protect: true },
  )
  const writer = declareRole(
    'trail-writer',
    {
      name: 'meridian-trail-writer',
      description: 'Lets CloudTrail write to its log group',
      trust: trustService('cloudtrail.amazonaws.com', id),
      may: [
        {
          Sid: 'Write',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: pulumi.interpolate`${group.arn}:log-stream:${id}_CloudTrail_${home}*`,
        },
      ],
    },
    opts,
  )
  const watched = [...regions.flatMap((region) => [models[region], backups[region]]), trust]
  new aws.cloudtrail.Trail(
    'trail',
    {
      name: trailName,
      s3BucketName: audit.bucket,
      kmsKeyId: keys.logs[home],
      cloudWatchLogsGroupArn: pulumi.interpolate`${group.arn}:*`,
      cloudWatchLogsRoleArn: writer.arn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      advancedEventSelectors: [
        {
          name: 'Management',
          fieldSelectors: [{ field: 'eventCategory', equals: ['Management'] }],
        },
        {
          name: 'Writes to models, backups and trust',
          fieldSelectors: [
            { field: 'eventCategory', equals: ['Data'] },
            { field: 'readOnly', equals: ['false'] },
            { field: 'resources.type', equals: ['AWS::S3::Object'] },
            { field: 'resources.ARN', startsWiths: watched.map(({ arn }) => pulumi.interpolate`${arn}/`) },
          ],
        },
      ],
    },
    { ...opts, protect: true },
  )
}
