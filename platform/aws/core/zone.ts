import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { policy } from '../_lib/iam.ts'
import type { Account } from './account.ts'
import { administeredBy } from './key-policies.ts'
import type { Keys } from './keys.ts'

/** Route 53 takes signing keys and log groups of this region alone, wherever the zone is asked. */
const region = 'us-east-1'

/** The public zone of the platform's domain: signed (DNSSEC), its queries logged. Records come with who they name. */
export function declareZone(account: Account, keys: Keys): aws.route53.Zone {
  const { domain } = account.fleet.platform
  const opts = { provider: account.providers[region] }
  const zone = new aws.route53.Zone(
    'zone',
    { name: domain, comment: 'Where users enter' },
    { provider: account.providers[account.home], protect: true },
  )
  declareSigning(account, zone, opts)
  declareQueryLog(account, zone, keys, opts)
  return zone
}

/** The registrar needs the key's DS record (`aws route53 get-dnssec`) before anybody checks signatures. */
function declareSigning({ id }: Account, zone: aws.route53.Zone, opts: pulumi.CustomResourceOptions): void {
  const Principal = { Service: 'dnssec-route53.amazonaws.com' }
  const key = new aws.kms.Key(
    'zone-signing-key',
    {
      description: 'Signs the keys of the public zone; Route 53 takes no other kind and no rotation',
      customerMasterKeySpec: 'ECC_NIST_P256',
      keyUsage: 'SIGN_VERIFY',
      deletionWindowInDays: 30,
      policy: policy(
        administeredBy(id),
        {
          Sid: 'Sign',
          Principal,
          Action: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign'],
          Resource: '*',
          Condition: {
            StringEquals: { 'aws:SourceAccount': id },
            ArnLike: { 'aws:SourceArn': 'arn:aws:route53:::hostedzone/*' },
          },
        },
        {
          Sid: 'Grant',
          Principal,
          Action: 'kms:CreateGrant',
          Resource: '*',
          Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        },
      ),
    },
    { ...opts, protect: true },
  )
  new aws.kms.Alias(
    'zone-signing-key-alias',
    { name: 'alias/meridian-zone-signing', targetKeyId: key.keyId },
    opts,
  )
  const signingKey = new aws.route53.KeySigningKey(
    'zone-signing',
    { name: 'meridian', hostedZoneId: zone.zoneId, keyManagementServiceArn: key.arn, status: 'ACTIVE' },
    opts,
  )
  new aws.route53.HostedZoneDnsSec(
    'zone-dnssec',
    { hostedZoneId: zone.zoneId, signingStatus: 'SIGNING' },
    { ...opts, dependsOn: signingKey },
  )
}

function declareQueryLog(
  { id, fleet }: Account,
  zone: aws.route53.Zone,
  keys: Keys,
  opts: pulumi.CustomResourceOptions,
): void {
  const group = new aws.cloudwatch.LogGroup(
    'zone-queries',
    {
      // The prefix is Route 53's own rule.
      name: `/aws/route53/${fleet.platform.domain}`,
      retentionInDays: fleet.platform.logs.retentionDays,
      kmsKeyId: keys.logs[region],
    },
    { ...opts, protect: true },
  )
  const writer = new aws.cloudwatch.LogResourcePolicy(
    'zone-queries-writer',
    {
      policyName: 'meridian-zone-queries',
      policyDocument: policy({
        Sid: 'Route53',
        Principal: { Service: 'route53.amazonaws.com' },
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: pulumi.interpolate`${group.arn}:*`,
        Condition: { StringEquals: { 'aws:SourceAccount': id }, ArnEquals: { 'aws:SourceArn': zone.arn } },
      }),
    },
    opts,
  )
  new aws.route53.QueryLog(
    'zone-query-log',
    { zoneId: zone.zoneId, cloudwatchLogGroupArn: group.arn },
    { ...opts, dependsOn: writer },
  )
}
