import * as aws from '@pulumi/aws'
import type { Account } from './account.ts'
import type { Keys } from './keys.ts'

/** What holds for everything in the account, also for what somebody makes by hand. */
export function declareBaseline({ home, regions, providers }: Account, keys: Keys): void {
  const inHome = { provider: providers[home] }
  new aws.s3.AccountPublicAccessBlock(
    'no-public-buckets',
    { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    inHome,
  )
  // PCI DSS 8.3.6, 8.3.7 and 8.3.9. People come by single sign-on; this is for the account's own last resort.
  new aws.iam.AccountPasswordPolicy(
    'passwords',
    {
      minimumPasswordLength: 16,
      requireLowercaseCharacters: true,
      requireUppercaseCharacters: true,
      requireNumbers: true,
      requireSymbols: true,
      passwordReusePrevention: 24,
      maxPasswordAge: 90,
      allowUsersToChangePassword: true,
    },
    inHome,
  )
  for (const region of regions) {
    const opts = { provider: providers[region] }
    new aws.ebs.EncryptionByDefault(`disks-encrypted-${region}`, { enabled: true }, opts)
    new aws.ebs.DefaultKmsKey(`disks-key-${region}`, { keyArn: keys.data[region] }, opts)
    new aws.ebs.SnapshotBlockPublicAccess(
      `no-public-snapshots-${region}`,
      { state: 'block-all-sharing' },
      opts,
    )
    new aws.ec2.ImageBlockPublicAccess(`no-public-images-${region}`, { state: 'block-new-sharing' }, opts)
    new aws.ec2.InstanceMetadataDefaults(
      `metadata-${region}`,
      // IMDSv2; one hop, so that no container reaches its machine's role.
      { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      opts,
    )
  }
}
