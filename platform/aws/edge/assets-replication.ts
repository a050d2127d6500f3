import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import type { RegionName } from '../../../clusters/schema.ts'
import type { StackContext } from '../../stack.ts'
import type { Bucket } from '../_lib/bucket.ts'
import { declareRole, trustService } from '../_lib/iam.ts'

interface Side extends Bucket {
  readonly region: RegionName
  readonly key: pulumi.Output<string>
}

/** Copies what is published in the home region; what is deleted there stays in the copy. */
export function declareAssetsReplication(
  { fleet }: StackContext,
  from: Side,
  to: Side,
  opts: pulumi.CustomResourceOptions,
): void {
  const viaS3 = ({ region }: Side) => ({
    StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
  })
  const role = declareRole(
    'assets-replication-role',
    {
      name: 'meridian-assets-replication',
      description: `Copies assets from ${from.region} to ${to.region}`,
      trust: trustService('s3.amazonaws.com', fleet.cloud.aws.account),
      may: [
        {
          Sid: 'Look',
          Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
          Resource: from.bucket.arn,
        },
        {
          Sid: 'Read',
          Action: [
            's3:GetObjectVersionAcl',
            's3:GetObjectVersionForReplication',
            's3:GetObjectVersionTagging',
          ],
          Resource: pulumi.interpolate`${from.bucket.arn}/*`,
        },
        { Sid: 'Decrypt', Action: 'kms:Decrypt', Resource: from.key, Condition: viaS3(from) },
        {
          Sid: 'Write',
          Action: ['s3:ReplicateObject', 's3:ReplicateTags'],
          Resource: pulumi.interpolate`${to.bucket.arn}/*`,
        },
        { Sid: 'Encrypt', Action: 'kms:Encrypt', Resource: to.key, Condition: viaS3(to) },
      ],
    },
    opts,
  )
  new aws.s3.BucketReplicationConfig(
    'assets-replication',
    {
      bucket: from.bucket.bucket,
      role: role.arn,
      rules: [
        {
          id: `to-${to.region}`,
          status: 'Enabled',
          filter: { prefix: '' },
          deleteMarkerReplication: { status: 'Disabled' },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          destination: {
            bucket: to.bucket.arn,
            encryptionConfiguration: { replicaKmsKeyId: to.key },
            metrics: { status: 'Enabled' },
          },
        },
      ],
    },
    { ...opts, dependsOn: [from.versioning, to.versioning] },
  )
}
