import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { policy, type Statement } from './iam.ts'

export interface BucketArgs {
  /** In S3, where names are unique in the world: at most 63 characters. */
  readonly bucket: string
  /** ARN of the KMS key. @default S3's own key: for buckets whose writers can use no other */
  readonly key?: pulumi.Input<string>
  readonly lifecycle: Lifecycle
  /** Nobody deletes or overwrites a version for this many days: compliance mode, the root user included. */
  readonly lockDays?: number
  /** The name of the bucket that its own access log goes to. @default none is kept */
  readonly accessLog?: pulumi.Input<string>
  /** What its policy allows or denies beside the common statements. */
  readonly statements?: (arn: pulumi.Output<string>) => readonly Statement[]
}

/** In days. */
export interface Lifecycle {
  /** @default objects stay until they are deleted */
  readonly expireAfter?: number
  /** When objects move to the class for what is hardly read. @default never */
  readonly archiveAfter?: number
  /** How long a version outlives its successor or its deletion. */
  readonly versionsKept: number
}

/** A bucket as all of ours are: versioned, encrypted, closed to the public, reached by TLS alone. */
export function declareBucket(name: string, args: BucketArgs, opts: pulumi.CustomResourceOptions): Bucket {
  const { key, lockDays, accessLog, statements } = args
  const bucket = new aws.s3.Bucket(
    name,
    { bucket: args.bucket, ...(lockDays === undefined ? {} : { objectLockEnabled: true }) },
    { ...opts, protect: true },
  )
  const of = { bucket: bucket.bucket }
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { ...of, versioningConfiguration: { status: 'Enabled' } },
    opts,
  )
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { ...of, rules: [encryption(key)] },
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
  new aws.s3.BucketPolicy(
    `${name}-policy`,
    {
      ...of,
      policy: policy(
        tlsOnly(bucket.arn),
        ...(key === undefined ? [] : [noOtherKey(bucket.arn, key)]),
        ...(statements?.(bucket.arn) ?? []),
      ),
    },
    opts,
  )
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    { ...of, rules: [lifecycleRule(args.lifecycle)] },
    { ...opts, dependsOn: versioning },
  )
  if (lockDays !== undefined) {
    new aws.s3.BucketObjectLockConfiguration(
      `${name}-lock`,
      { ...of, rule: { defaultRetention: { mode: 'COMPLIANCE', days: lockDays } } },
      { ...opts, dependsOn: versioning },
    )
  }
  if (accessLog !== undefined) {
    new aws.s3.BucketLogging(
      `${name}-access-log`,
      { ...of, targetBucket: accessLog, targetPrefix: `s3/${args.bucket}/` },
      opts,
    )
  }
  return { bucket, versioning }
}

export interface Bucket {
  readonly bucket: aws.s3.Bucket
  /** What replication waits for. */
  readonly versioning: aws.s3.BucketVersioning
}

function encryption(key: pulumi.Input<string> | undefined) {
  if (key === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key },
    bucketKeyEnabled: true,
  }
}

function lifecycleRule({ expireAfter, archiveAfter, versionsKept }: Lifecycle) {
  return {
    id: 'keep',
    status: 'Enabled',
    filter: { prefix: '' },
    ...(expireAfter === undefined ? {} : { expiration: { days: expireAfter } }),
    ...(archiveAfter === undefined
      ? {}
      : { transitions: [{ days: archiveAfter, storageClass: 'GLACIER_IR' }] }),
    noncurrentVersionExpiration: { noncurrentDays: versionsKept },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  }
}

/** S3 takes TLS 1.3 from whoever offers it, but some services of AWS still write by 1.2. */
function tlsOnly(arn: pulumi.Output<string>): Statement {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, pulumi.interpolate`${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  }
}

/** Who names a key in a request names the bucket's; who names none gets it. */
function noOtherKey(arn: pulumi.Output<string>, key: pulumi.Input<string>): Statement {
  const header = 's3:x-amz-server-side-encryption-aws-kms-key-id'
  return {
    Sid: 'NoOtherKey',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: pulumi.interpolate`${arn}/*`,
    Condition: { StringNotEquals: { [header]: key }, Null: { [header]: 'false' } },
  }
}
