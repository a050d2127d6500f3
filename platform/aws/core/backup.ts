import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { backedUp } from '../_lib/backup.ts'
import { policy, trustService } from '../_lib/iam.ts'
import { type Account, type ByRegion, byRegion, nextRegion } from './account.ts'
import type { Keys } from './keys.ts'

/** What it takes backups of. Each new kind is switched on here, in every region. */
const kinds = ['Aurora', 'DynamoDB', 'EBS', 'EFS', 'RDS']

/**
 * A locked vault in each region, and a plan: each night everything that is tagged so, a copy in the next region.
 * Nobody deletes a recovery point before its time, the root user included.
 */
export function declareBackup(account: Account, keys: Keys): ByRegion<aws.backup.Vault> {
  const { id, home, regions, providers, fleet } = account
  const { retentionDays } = fleet.cloud.aws.backup
  const vaults = byRegion(regions, (region) => {
    const opts = { provider: providers[region] }
    const vault = new aws.backup.Vault(
      `backup-${region}`,
      { name: 'meridian', kmsKeyArn: keys.backups[region] },
      { ...opts, protect: true },
    )
    new aws.backup.VaultLockConfiguration(
      `backup-lock-${region}`,
      // Compliance mode begins after three days: until then a mistake can be undone.
      { backupVaultName: vault.name, minRetentionDays: retentionDays, changeableForDays: 3 },
      { ...opts, protect: true },
    )
    new aws.backup.RegionSettings(
      `backup-kinds-${region}`,
      {
        resourceTypeOptInPreference: Object.fromEntries(kinds.map((kind) => [kind, true])),
        // Else the table's own backups are used, which cannot be copied to another region.
        resourceTypeManagementPreference: { DynamoDB: true, EFS: true },
      },
      opts,
    )
    return vault
  })

  const role = declareBackupRole(id, { provider: providers[home] })
  for (const region of regions) {
    const opts = { provider: providers[region] }
    const lifecycle = { deleteAfter: retentionDays }
    const plan = new aws.backup.Plan(
      `backup-plan-${region}`,
      {
        name: 'meridian',
        rules: [
          {
            ruleName: 'nightly',
            targetVaultName: vaults[region].name,
            schedule: 'cron(0 2 * * ? *)',
            startWindow: 60,
            completionWindow: 360,
            lifecycle,
            copyActions: [{ destinationVaultArn: vaults[nextRegion(account, region)].arn, lifecycle }],
          },
        ],
      },
      opts,
    )
    new aws.backup.Selection(
      `backup-selection-${region}`,
      {
        name: 'tagged',
        planId: plan.id,
        iamRoleArn: role.arn,
        selectionTags: Object.entries(backedUp).map(([key, value]) => ({ type: 'STRINGEQUALS', key, value })),
      },
      opts,
    )
  }
  return vaults
}

/** With AWS's own policies for backup and restore: they change as kinds of resources come. */
function declareBackupRole(account: string, opts: pulumi.CustomResourceOptions): aws.iam.Role {
  const role = new aws.iam.Role(
    'backup-role',
    {
      name: 'meridian-backup',
      description: 'Takes backups and restores them',
      assumeRolePolicy: policy(trustService('backup.amazonaws.com', account)),
    },
    opts,
  )
  for (const what of ['Backup', 'Restores']) {
    new aws.iam.RolePolicyAttachment(
      `backup-role-${what.toLowerCase()}`,
      {
        role: role.name,
        policyArn: `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor${what}`,
      },
      opts,
    )
  }
  return role
}
