import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { type Account, type ByRegion, byRegion } from './account.ts'
import { keyPolicy } from './key-policies.ts'

/** What is encrypted under keys of its own: who may read logs cannot therefore read data. */
export type Purpose = 'data' | 'logs' | 'models' | 'secrets' | 'backups'

/** ARNs of the keys. */
export type Keys = Readonly<Record<Purpose, ByRegion<pulumi.Output<string>>>>

/**
 * A multi-region key a purpose: the primary in the home region, replicas in the others, so that what is replicated
 * is read where it arrives, also while the home region is away. AWS renews the material each year (PCI DSS 3.7.4).
 */
export function declareKeys(account: Account): Keys {
  // They are named in the key policies, and a key policy with an unknown principal is refused.
  const serviceRoles = ['autoscaling', 'replication.dynamodb'].map(
    (service) =>
      new aws.iam.ServiceLinkedRole(
        `${service.replace('.', '-')}-service`,
        { awsServiceName: `${service}.amazonaws.com` },
        { provider: account.providers[account.home] },
      ),
  )
  const key = (purpose: Purpose) => declareKey(account, purpose, serviceRoles)
  return {
    data: key('data'),
    logs: key('logs'),
    models: key('models'),
    secrets: key('secrets'),
    backups: key('backups'),
  }
}

function declareKey(
  account: Account,
  purpose: Purpose,
  dependsOn: readonly pulumi.Resource[],
): ByRegion<pulumi.Output<string>> {
  const { home, providers } = account
  const common = { description: `Encrypts ${purpose}`, deletionWindowInDays: 30 }
  const primary = new aws.kms.Key(
    `${purpose}-key`,
    {
      ...common,
      multiRegion: true,
      enableKeyRotation: true,
      rotationPeriodInDays: 365,
      policy: keyPolicy(account, purpose, home),
    },
    { provider: providers[home], protect: true, dependsOn: [...dependsOn] },
  )
  return byRegion(account.regions, (region) => {
    const provider = providers[region]
    const key =
      region === home
        ? primary
        : new aws.kms.ReplicaKey(
            `${purpose}-key-${region}`,
            { ...common, primaryKeyArn: primary.arn, policy: keyPolicy(account, purpose, region) },
            { provider, protect: true },
          )
    new aws.kms.Alias(
      `${purpose}-key-alias-${region}`,
      { name: `alias/meridian-${purpose}`, targetKeyId: key.keyId },
      { provider },
    )
    return key.arn
  })
}
