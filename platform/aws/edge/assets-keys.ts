import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { RegionName } from '../../../clusters/schema.ts'
import type { StackContext } from '../../stack.ts'
import { policy, type Statement } from '../_lib/iam.ts'

/** ARNs of the files' key in both regions. They are no purpose of the core's: CloudFront decrypts with these alone. */
export function declareAssetsKeys(
  { fleet }: StackContext,
  { home, other }: Readonly<Record<'home' | 'other', RegionName>>,
  providers: Readonly<Record<RegionName, aws.Provider>>,
): Readonly<Record<'home' | 'other', pulumi.Output<string>>> {
  const { account } = fleet.cloud.aws
  const common = { description: 'Encrypts assets', deletionWindowInDays: 30 }
  const primary = new aws.kms.Key(
    'assets-key',
    {
      ...common,
      multiRegion: true,
      enableKeyRotation: true,
      rotationPeriodInDays: 365,
      policy: policy(...use(account, home)),
    },
    { provider: providers[home], protect: true },
  )
  const replica = new aws.kms.ReplicaKey(
    `assets-key-${other}`,
    { ...common, primaryKeyArn: primary.arn, policy: policy(...use(account, other)) },
    { provider: providers[other], protect: true },
  )
  return { home: primary.arn, other: replica.arn }
}

/** In a key's policy `*` is the key that carries it. */
function use(account: string, region: RegionName): readonly Statement[] {
  const Principal = { AWS: `arn:aws:iam::${account}:root` }
  return [
    { Sid: 'Administration', Principal, Action: administration, Resource: '*' },
    {
      Sid: 'UseByS3',
      Principal,
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    },
    {
      Sid: 'ReadByCloudFront',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` } },
    },
  ]
}

/** Everything that is done to a key, and nothing that is done with it. */
const administration = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:ReplicateKey',
  'kms:ScheduleKeyDeletion',
  'kms:SynchronizeMultiRegionKey',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
]
