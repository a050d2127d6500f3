import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import type { RegionName } from '../../../clusters/schema.ts'
import type { Bucket } from '../_lib/bucket.ts'
import { declareRole, type Statement, trustService } from '../_lib/iam.ts'
import type { Account, ByRegion } from './account.ts'

/**
 * Copies everything new in a region's bucket to the same bucket of other regions, under their keys. Deletions are
 * not copied: what is deleted here by mistake is still there.
 */
export function declareReplication(
  { id, providers }: Account,
  what: string,
  buckets: ByRegion<Bucket>,
  keys: ByRegion<pulumi.Output<string>>,
  from: RegionName,
  to: readonly RegionName[],
): void {
  const { bucket, versioning } = buckets[from]
  const opts = { provider: providers[from] }
  const name = `${what}-${from}-replication`
  const role = declareRole(
    `${name}-role`,
    {
      name: `meridian-${name}`,
      description: `Copies ${what} of ${from} to ${to.join(' and ')}`,
      trust: trustService('s3.amazonaws.com', id),
      may: [
        ...readFrom(bucket.arn, keys[from], from),
        ...to.flatMap((region) => writeTo(buckets[region].bucket.arn, keys[region], region)),
      ],
    },
    opts,
  )
  new aws.s3.BucketReplicationConfig(
    name,
    {
      bucket: bucket.bucket,
      role: role.arn,
      rules: to.map((region, index) => ({
        id: `to-${region}`,
        status: 'Enabled',
        priority: index + 1,
        filter: { prefix: '' },
        deleteMarkerReplication: { status: 'Disabled' },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
        destination: {
          bucket: buckets[region].bucket.arn,
          encryptionConfiguration: { replicaKmsKeyId: keys[region] },
          // How far behind it is, as a metric in CloudWatch.
          metrics: { status: 'Enabled' },
        },
      })),
    },
    { ...opts, dependsOn: [versioning, ...to.map((region) => buckets[region].versioning)] },
  )
}

function readFrom(
  bucket: pulumi.Output<string>,
  key: pulumi.Output<string>,
  region: RegionName,
): readonly Statement[] {
  return [
    { Sid: 'Look', Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'], Resource: bucket },
    {
      Sid: 'Read',
      Action: [
        's3:GetObjectLegalHold',
        's3:GetObjectRetention',
        's3:GetObjectVersionAcl',
        's3:GetObjectVersionForReplication',
        's3:GetObjectVersionTagging',
      ],
      Resource: pulumi.interpolate`${bucket}/*`,
    },
    { Sid: 'Decrypt', Action: 'kms:Decrypt', Resource: key, Condition: viaS3(region) },
  ]
}

function writeTo(
  bucket: pulumi.Output<string>,
  key: pulumi.Output<string>,
  region: RegionName,
): readonly Statement[] {
  const place = region.replaceAll('-', '')
  return [
    {
      Sid: `Write${place}`,
      Action: ['s3:ReplicateObject', 's3:ReplicateTags'],
      Resource: pulumi.interpolate`${bucket}/*`,
    },
    { Sid: `Encrypt${place}`, Action: 'kms:Encrypt', Resource: key, Condition: viaS3(region) },
  ]
}

function viaS3(region: RegionName) {
  return { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } }
}
