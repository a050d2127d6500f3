import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { RegionName } from '../../../clusters/schema.ts'
import type { Account } from './account.ts'
import type { Buckets } from './buckets.ts'
import type { Keys } from './keys.ts'

/** AWS's own rules, by the name that they have here. Source: AWS Config, List of managed rules. */
const rules = {
  'backup-plan-is-strict': 'BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK',
  'buckets-not-public': 'S3_BUCKET_PUBLIC_READ_PROHIBITED',
  'buckets-tls-only': 'S3_BUCKET_SSL_REQUESTS_ONLY',
  'databases-encrypted': 'RDS_STORAGE_ENCRYPTED',
  'disks-encrypted': 'ENCRYPTED_VOLUMES',
  'flow-logs-on': 'VPC_FLOW_LOGS_ENABLED',
  'keys-rotated': 'CMK_BACKING_KEY_ROTATION_ENABLED',
  'tables-recoverable': 'DYNAMODB_PITR_ENABLED',
} as const

/** What the account is asked of once, whatever the region. */
const accountRules = {
  'root-has-mfa': 'ROOT_ACCOUNT_MFA_ENABLED',
  'root-has-no-key': 'IAM_ROOT_ACCESS_KEY_CHECK',
  'trail-on': 'MULTI_REGION_CLOUD_TRAIL_ENABLED',
} as const

/** AWS Config: what was set how and when, in each region, held against rules; seen together in the home region. */
export function declareRecorders(account: Account, keys: Keys, buckets: Buckets): void {
  const { home, id, regions, providers } = account
  const role = new aws.iam.ServiceLinkedRole(
    'config-service',
    { awsServiceName: 'config.amazonaws.com' },
    { provider: providers[home] },
  )
  for (const region of regions) {
    const opts = { provider: providers[region] }
    const recorder = new aws.cfg.Recorder(
      `recorder-${region}`,
      {
        name: 'default',
        roleArn: role.arn,
        // IAM is the same everywhere: recorded once.
        recordingGroup: { allSupported: true, includeGlobalResourceTypes: region === home },
      },
      opts,
    )
    const channel = new aws.cfg.DeliveryChannel(
      `recorder-delivery-${region}`,
      {
        name: 'default',
        s3BucketName: buckets.logs[region].bucket,
        s3KeyPrefix: 'config',
        s3KmsKeyArn: keys.logs[region],
        snapshotDeliveryProperties: { deliveryFrequency: 'TwentyFour_Hours' },
      },
      { ...opts, dependsOn: recorder },
    )
    const started = new aws.cfg.RecorderStatus(
      `recorder-on-${region}`,
      { name: recorder.name, isEnabled: true },
      { ...opts, dependsOn: channel },
    )
    declareRules(account, region, { ...opts, dependsOn: started })
  }
  new aws.cfg.ConfigurationAggregator(
    'recorders',
    { name: 'meridian', accountAggregationSource: { accountIds: [id], regions: [...regions] } },
    { provider: providers[home] },
  )
}

function declareRules(
  { home, fleet }: Account,
  region: RegionName,
  opts: pulumi.CustomResourceOptions,
): void {
  const parameters: Readonly<Record<string, object>> = {
    'backup-plan-is-strict': {
      requiredFrequencyUnit: 'days',
      requiredFrequencyValue: '1',
      requiredRetentionDays: String(fleet.cloud.aws.backup.retentionDays),
    },
  }
  const asked = region === home ? { ...rules, ...accountRules } : rules
  for (const [name, sourceIdentifier] of Object.entries(asked)) {
    const input = parameters[name]
    new aws.cfg.Rule(
      `rule-${name}-${region}`,
      {
        name: `meridian-${name}`,
        source: { owner: 'AWS', sourceIdentifier },
        ...(input === undefined ? {} : { inputParameters: JSON.stringify(input) }),
      },
      opts,
    )
  }
}
