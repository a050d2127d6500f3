import * as pulumi from '@pulumi/pulumi'
import type { RegionName } from '../../../clusters/schema.ts'
import type { Statement } from '../_lib/iam.ts'

type Arn = pulumi.Output<string>

/** Under which name CloudTrail's trail is known; its bucket lets only that write. */
export const trailName = 'meridian'

/** Flow logs and the logs of CloudFront and network load balancers (delivery.logs), the snapshots of Config. */
export function logWriters(bucket: Arn, account: string): readonly Statement[] {
  const Condition = { StringEquals: { 'aws:SourceAccount': account } }
  const Principal = { Service: ['config.amazonaws.com', 'delivery.logs.amazonaws.com'] }
  return [
    {
      Sid: 'WritersLook',
      Principal,
      Action: ['s3:GetBucketAcl', 's3:ListBucket'],
      Resource: bucket,
      Condition,
    },
    {
      Sid: 'Writers',
      Principal,
      Action: 's3:PutObject',
      Resource: pulumi.interpolate`${bucket}/*AWSLogs/${account}/*`,
      Condition,
    },
  ]
}

/** The access logs of S3 itself and of the region's load balancers. */
export function accessLogWriters(bucket: Arn, account: string, region: RegionName): readonly Statement[] {
  const balancers = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/*`
  return [
    {
      Sid: 'Buckets',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: pulumi.interpolate`${bucket}/s3/*`,
      Condition: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::meridian-*' },
      },
    },
    {
      Sid: 'LoadBalancers',
      Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: pulumi.interpolate`${bucket}/*AWSLogs/${account}/*`,
      Condition: { ArnLike: { 'aws:SourceArn': balancers } },
    },
    ...logWriters(bucket, account).map((statement) => ({
      ...statement,
      Principal: { Service: 'delivery.logs.amazonaws.com' },
    })),
  ]
}

/** The account's one trail. Source: CloudTrail, "Amazon S3 bucket policy for CloudTrail". */
export function trailWriter(bucket: Arn, account: string, home: RegionName): readonly Statement[] {
  const Principal = { Service: 'cloudtrail.amazonaws.com' }
  const trail = `arn:aws:cloudtrail:${home}:${account}:trail/${trailName}`
  return [
    {
      Sid: 'TrailLooks',
      Principal,
      Action: 's3:GetBucketAcl',
      Resource: bucket,
      Condition: { StringEquals: { 'aws:SourceArn': trail } },
    },
    {
      Sid: 'Trail',
      Principal,
      Action: 's3:PutObject',
      Resource: pulumi.interpolate`${bucket}/AWSLogs/${account}/*`,
      Condition: {
        StringEquals: { 'aws:SourceArn': trail, 's3:x-amz-acl': 'bucket-owner-full-control' },
      },
    },
  ]
}
