import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import type { RegionName } from '../../../clusters/schema.ts'
import type { StackContext } from '../../stack.ts'
import { policy, type Statement } from '../_lib/iam.ts'

export interface AssetsBucket {
  readonly bucket: aws.s3.Bucket
  /** What replication waits for. */
  readonly versioning: aws.s3.BucketVersioning
}

/** A bucket that only CloudFront reads: versioned, encrypted, closed to the public, reached by TLS alone. */
export function declareAssetsBucket(
  { fleet, output }: StackContext,
  region: RegionName,
  key: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): AssetsBucket {
  const name = `assets-${region}`
  const { account, backup } = fleet.cloud.aws
  const bucket = new aws.s3.Bucket(name, { bucket: `meridian-${name}` }, { ...opts, protect: true })
  const of = { bucket: bucket.bucket }
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { ...of, versioningConfiguration: { status: 'Enabled' } },
    opts,
  )
  const applyServerSideEncryptionByDefault = { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key }
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { ...of, rules: [{ applyServerSideEncryptionByDefault, bucketKeyEnabled: true }] },
    opts,
  )
  new aws.s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      ...of,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  )
  new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { ...of, rule: { objectOwnership: 'BucketOwnerEnforced' } },
    opts,
  )
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    {
      ...of,
      rules: [
        {
          id: 'keep',
          status: 'Enabled',
          filter: { prefix: '' },
          noncurrentVersionExpiration: { noncurrentDays: backup.retentionDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    },
    { ...opts, dependsOn: versioning },
  )
  new aws.s3.BucketLogging(
    `${name}-access-log`,
    {
      ...of,
      targetBucket: output('aws-core', `accessLogsBucket.${region}`),
      targetPrefix: `s3/meridian-${name}/`,
    },
    opts,
  )
  new aws.s3.BucketPolicy(`${name}-policy`, { ...of, policy: policy(...who(bucket.arn, account)) }, opts)
  return { bucket, versioning }
}

function who(bucket: pulumi.Output<string>, account: string): readonly Statement[] {
  return [
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [bucket, pulumi.interpolate`${bucket}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    {
      Sid: 'ReadByCloudFront',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: pulumi.interpolate`${bucket}/*`,
      Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` } },
    },
  ]
}
