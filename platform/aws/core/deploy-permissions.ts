import type { Statement } from '../_lib/iam.ts'
import type { Account } from './account.ts'
import { releasedRepositories } from './images.ts'

/** Every stack may read what the others gave out: references between stacks are read from their state. */
export function readState({ fleet, home, id }: Account): readonly Statement[] {
  const { bucket, key } = fleet.cloud.aws.state
  return [
    { Sid: 'ListState', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
    { Sid: 'ReadState', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/.pulumi/*` },
    {
      Sid: 'SecretsOfState',
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
      Resource: `arn:aws:kms:${home}:${id}:key/*`,
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': key } },
    },
  ]
}

/** A program writes the state of its own stacks alone: `aws` that of `aws-core`, `aws-edge` and so on. */
export function writeState({ fleet }: Account, program: string): readonly Statement[] {
  const { bucket } = fleet.cloud.aws.state
  const folders = ['stacks', 'locks/organization', 'history', 'backups']
  return [
    {
      Sid: 'WriteState',
      Action: ['s3:DeleteObject', 's3:PutObject'],
      Resource: folders.map((folder) => `arn:aws:s3:::${bucket}/.pulumi/${folder}/meridian/${program}*`),
    },
  ]
}

/** To our own repositories; mirrored images are brought by somebody else's hand. */
export function pushImages({ home, id }: Account): readonly Statement[] {
  const ours = releasedRepositories().filter(({ mirrored }) => !mirrored)
  return [
    // AWS knows no resource for it.
    { Sid: 'RegistryToken', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    {
      Sid: 'Push',
      Action: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      Resource: ours.map(({ name }) => `arn:aws:ecr:${home}:${id}:repository/${name}`),
    },
  ]
}

/** The services that the stacks of `platform/aws` are made of, beside IAM. */
const services = [
  'access-analyzer',
  'acm',
  'application-autoscaling',
  'autoscaling',
  'backup',
  'backup-storage',
  'budgets',
  'ce',
  'chatbot',
  'cloudfront',
  'cloudtrail',
  'cloudwatch',
  'config',
  'dynamodb',
  'ec2',
  'ecr',
  'ecs',
  'eks',
  'elasticache',
  'elasticfilesystem',
  'elasticloadbalancing',
  'guardduty',
  'kms',
  'lambda',
  'logs',
  'rds',
  'rolesanywhere',
  'route53',
  's3',
  'sagemaker',
  'secretsmanager',
  'shield',
  'sns',
  'wafv2',
  'xray',
]

const roleChanges = [
  'iam:*InstanceProfile',
  'iam:*Policy',
  'iam:*RolePolicy',
  'iam:CreatePolicyVersion',
  'iam:CreateRole',
  'iam:DeletePolicyVersion',
  'iam:DeleteRole',
  'iam:PassRole',
  'iam:SetDefaultPolicyVersion',
  'iam:Tag*',
  'iam:Untag*',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateRole',
  'iam:UpdateRoleDescription',
]

/**
 * Whoever declares every resource must be able to make each of them. What bounds it: an environment that the platform
 * team opens for one run at a time; three regions; roles of our name alone; and what stands below as denied, which no
 * change of ours needs. What it does to data is refused by the locks of buckets, vaults, tables and keys themselves.
 */
export function changeCloud({ id, regions, fleet }: Account): readonly Statement[] {
  const own = (kind: string) => `arn:aws:iam::${id}:${kind}/meridian-*`
  return [
    {
      Sid: 'Services',
      Action: services.map((service) => `${service}:*`),
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': regions } },
    },
    {
      Sid: 'LookAtIam',
      Action: ['iam:Get*', 'iam:List*'],
      Resource: '*',
    },
    {
      Sid: 'OwnRoles',
      Action: roleChanges,
      Resource: [own('role'), own('policy'), own('instance-profile')],
    },
    {
      Sid: 'AccountSettings',
      Action: [
        'iam:*OpenIDConnectProvider*',
        'iam:CreateServiceLinkedRole',
        'iam:DeleteAccountPasswordPolicy',
        'iam:UpdateAccountPasswordPolicy',
      ],
      Resource: '*',
    },
    {
      Sid: 'Never',
      Effect: 'Deny',
      Action: [
        'backup:DeleteBackupVault*',
        'backup:DeleteRecoveryPoint',
        'cloudtrail:DeleteTrail',
        'cloudtrail:StopLogging',
        'config:StopConfigurationRecorder',
        'guardduty:DeleteDetector',
        'kms:ScheduleKeyDeletion',
        's3:BypassGovernanceRetention',
        's3:DeleteObjectVersion',
      ],
      Resource: '*',
    },
    // It makes what holds data, and reads none.
    {
      Sid: 'NoData',
      Effect: 'Deny',
      Action: [
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:PartiQLSelect',
        'dynamodb:Query',
        'dynamodb:Scan',
        's3:GetObject',
        'secretsmanager:BatchGetSecretValue',
        'secretsmanager:GetSecretValue',
      ],
      Resource: [
        `arn:aws:dynamodb:*:${id}:table/meridian-*`,
        ...['access-logs', 'audit', 'backups', 'logs'].map((what) => `arn:aws:s3:::meridian-${what}-*/*`),
        `arn:aws:secretsmanager:*:${id}:secret:platform/*`,
        `arn:aws:secretsmanager:*:${id}:secret:sites/*`,
      ],
    },
    {
      Sid: 'NoRolesOfPeople',
      Effect: 'Deny',
      Action: roleChanges,
      Resource: Object.values(fleet.cloud.vault.signers).map((name) => `arn:aws:iam::${id}:role/${name}`),
    },
  ]
}
