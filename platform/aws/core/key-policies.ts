import type * as pulumi from '@pulumi/pulumi'
import type { RegionName } from '../../../clusters/schema.ts'
import { policy, type Statement } from '../_lib/iam.ts'
import type { Account } from './account.ts'
import type { Purpose } from './keys.ts'

/** Who may use a key, and by way of what. */
interface Use {
  /** By these services alone can somebody of this account who is allowed to (IAM) have it encrypt or decrypt. */
  readonly via: readonly string[]
  /** Services that use it in their own name; `<region>` stands for the key's. */
  readonly services?: readonly string[]
  /** Roles of AWS's own that work without somebody who asks. */
  readonly serviceRoles?: readonly string[]
}

const uses: Readonly<Record<Purpose, Use>> = {
  data: {
    via: ['dynamodb', 'ec2', 'ecr', 'elasticache', 'elasticfilesystem', 'lambda', 'rds', 's3', 'sns', 'sqs'],
    serviceRoles: [
      'autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
      'replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication',
    ],
  },
  // Alarms and budgets write to encrypted topics in their own name.
  logs: {
    via: ['firehose', 's3', 'sns', 'sqs', 'xray'],
    services: [
      'budgets.amazonaws.com',
      'cloudtrail.amazonaws.com',
      'cloudwatch.amazonaws.com',
      'config.amazonaws.com',
      'costalerts.amazonaws.com',
      'delivery.logs.amazonaws.com',
      'events.amazonaws.com',
      'sns.amazonaws.com',
    ],
  },
  models: { via: ['ec2', 'ecr', 's3', 'sagemaker'] },
  secrets: { via: ['eks', 'secretsmanager', 'ssm'] },
  backups: { via: ['backup', 'dynamodb', 'ec2', 'elasticfilesystem', 'rds', 's3'] },
}

const cryptography = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:DescribeKey',
]

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
  'kms:ListAliases',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:ReplicateKey',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:SynchronizeMultiRegionKey',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
  'kms:UpdatePrimaryRegion',
]

/**
 * A key's own policy. The account (its root principal stands for whoever IAM allows) administers it, but has data
 * encrypted or decrypted only by way of the purpose's services: nobody calls `kms:Decrypt` himself without changing
 * this policy first, which the trail shows.
 */
export function keyPolicy(account: Account, purpose: Purpose, region: RegionName): pulumi.Output<string> {
  const { via, services = [], serviceRoles = [] } = uses[purpose]
  const statements: Statement[] = [
    administeredBy(account.id),
    {
      Sid: 'UseByServices',
      Principal: accountPrincipal(account.id),
      Action: cryptography,
      Resource: '*',
      Condition: {
        StringEquals: { 'kms:ViaService': via.map((service) => `${service}.${region}.amazonaws.com`) },
      },
    },
    {
      Sid: 'GrantsForServices',
      Principal: accountPrincipal(account.id),
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ]
  if (purpose === 'logs') statements.push(logGroups(account.id, region))
  if (services.length > 0) {
    statements.push({
      Sid: 'UseInTheirOwnName',
      Principal: { Service: services },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': account.id } },
    })
  }
  if (serviceRoles.length > 0) {
    const AWS = serviceRoles.map((role) => `arn:aws:iam::${account.id}:role/aws-service-role/${role}`)
    statements.push(
      { Sid: 'UseByServiceRoles', Principal: { AWS }, Action: cryptography, Resource: '*' },
      {
        Sid: 'GrantsByServiceRoles',
        Principal: { AWS },
        Action: 'kms:CreateGrant',
        Resource: '*',
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    )
  }
  return policy(...statements)
}

/** The account administers the key. In a key's policy `*` is the key that carries it. */
export function administeredBy(account: string): Statement {
  return {
    Sid: 'Administration',
    Principal: accountPrincipal(account),
    Action: administration,
    Resource: '*',
  }
}

function accountPrincipal(account: string) {
  return { AWS: `arn:aws:iam::${account}:root` }
}

/** Log groups of this account. Source: CloudWatch Logs, "Encrypt log data", step 2. */
function logGroups(account: string, region: RegionName): Statement {
  return {
    Sid: 'UseByLogGroups',
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: cryptography,
    Resource: '*',
    Condition: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:*` },
    },
  }
}
