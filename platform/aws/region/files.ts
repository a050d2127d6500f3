import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { backedUp } from '../_lib/backup.ts'
import { declareBucket } from '../_lib/bucket.ts'
import { policy } from '../_lib/iam.ts'
import type { Network } from './network.ts'
import type { Reachable } from './reach.ts'
import { factsOf, keyOf, protectedIn, type Setting, zoneLetter } from './setting.ts'
import { declareGroup } from './walls.ts'

/** The region's own store of files, in the way that regions.yaml names: a bucket, a table or a file system. */
export interface Files {
  readonly reachable: Reachable
  /** A file system that tasks mount. */
  readonly mount?: {
    readonly fileSystemId: pulumi.Output<string>
    readonly accessPointId: pulumi.Output<string>
  }
}

/** @param objects the global table, which stands in for files where regions.yaml says `dynamodb` */
export function declareFiles(
  setting: Setting,
  network: Pick<Network, 'vpc' | 'subnets'>,
  objects: Reachable,
): Files {
  const [storage] = factsOf(setting).storage
  switch (storage) {
    case 's3':
      return { reachable: bucketOfFiles(setting) }
    case 'efs':
      return fileSystem(setting, network)
    default:
      return { reachable: objects }
  }
}

function bucketOfFiles(setting: Setting): Reachable {
  const { region, core, fleet, opts } = setting
  const { bucket } = declareBucket(
    'files',
    {
      bucket: `meridian-files-${region}`,
      key: keyOf(setting, 'data'),
      lifecycle: { versionsKept: fleet.cloud.aws.backup.retentionDays },
      accessLog: core(`accessLogsBucket.${region}`),
    },
    opts,
  )
  return {
    may: () => [
      { Action: 's3:ListBucket', Resource: bucket.arn },
      {
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        Resource: pulumi.interpolate`${bucket.arn}/*`,
      },
      {
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: keyOf(setting, 'data'),
        Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
      },
    ],
    environment: { FILES_BUCKET: bucket.bucket },
  }
}

/** Nobody but a user of ours, and he by TLS and by way of the mount targets alone. */
function fileSystem(setting: Setting, { vpc, subnets }: Pick<Network, 'vpc' | 'subnets'>): Files {
  const { region, opts } = setting
  const group = declareGroup(setting, 'files', 'The file system', vpc.id, 2049)
  const system = new aws.efs.FileSystem(
    'files',
    {
      creationToken: `meridian-files-${region}`,
      encrypted: true,
      kmsKeyId: keyOf(setting, 'data'),
      throughputMode: 'elastic',
      lifecyclePolicies: [
        { transitionToIa: 'AFTER_30_DAYS' },
        { transitionToPrimaryStorageClass: 'AFTER_1_ACCESS' },
      ],
      tags: { Name: `meridian-files-${region}`, ...backedUp },
    },
    protectedIn(setting),
  )
  for (const { zone, subnet } of subnets.data) {
    new aws.efs.MountTarget(
      `files-${zoneLetter(zone)}`,
      { fileSystemId: system.id, subnetId: subnet.id, securityGroups: [group.group.id] },
      opts,
    )
  }
  new aws.efs.BackupPolicy(
    'files-backup',
    { fileSystemId: system.id, backupPolicy: { status: 'ENABLED' } },
    opts,
  )
  const point = new aws.efs.AccessPoint(
    'files-point',
    {
      fileSystemId: system.id,
      // As whom the services write, whoever they are in their container.
      posixUser: { uid: 65532, gid: 65532 },
      rootDirectory: {
        path: '/files',
        creationInfo: { ownerUid: 65532, ownerGid: 65532, permissions: '0750' },
      },
    },
    opts,
  )
  const actions = ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite']
  const throughPoint = { StringEquals: { 'elasticfilesystem:AccessPointArn': point.arn } }
  new aws.efs.FileSystemPolicy(
    'files-policy',
    {
      fileSystemId: system.id,
      policy: policy(
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: '*',
          Resource: system.arn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        {
          Sid: 'ThroughThePoint',
          Principal: { AWS: `arn:aws:iam::${setting.fleet.cloud.aws.account}:root` },
          Action: actions,
          Resource: system.arn,
          Condition: throughPoint,
        },
      ),
    },
    opts,
  )
  return {
    reachable: {
      group,
      may: () => [{ Action: actions, Resource: system.arn, Condition: throughPoint }],
      environment: { FILES_FOLDER: '/files' },
    },
    mount: { fileSystemId: system.id, accessPointId: point.id },
  }
}
