import * as pulumi from '@pulumi/pulumi'
import type { RegionName } from '../../../clusters/schema.ts'
import type { StackContext } from '../../stack.ts'
import { type Bucket, declareBucket } from '../_lib/bucket.ts'

/** A bucket that CloudFront reads, and nobody else. */
export function declareAssetsBucket(
  { fleet, output }: StackContext,
  region: RegionName,
  key: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): Bucket {
  const name = `assets-${region}`
  const { account, backup } = fleet.cloud.aws
  return declareBucket(
    name,
    {
      bucket: `meridian-${name}`,
      key,
      lifecycle: { versionsKept: backup.retentionDays },
      accessLog: output('aws-core', `accessLogsBucket.${region}`),
      statements: (arn) => [
        {
          Sid: 'ReadByCloudFront',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Action: 's3:GetObject',
          Resource: pulumi.interpolate`${arn}/*`,
          Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` } },
        },
      ],
    },
    opts,
  )
}
