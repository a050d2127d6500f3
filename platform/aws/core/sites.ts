import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { declareRole, type Statement } from '../_lib/iam.ts'
import { siteUnits } from '../_lib/site-units.ts'
import type { Account } from './account.ts'
import type { Keys } from './keys.ts'
import { checkAuthorities } from './trust.ts'

/** The common name, as AWS tells it to policies: the one place where a session is bound to its site. */
const site = '$' + '{aws:PrincipalTag/x509Subject/CN}'

/**
 * How sites come to sessions in AWS: by a certificate of the sites' authority (IAM Roles Anywhere), good for an hour.
 * Each session reaches its own site's secrets and no other's, so a new site needs nothing here. What a stolen site's
 * sessions may no longer do is added to the roles by hand: docs/runbooks/revoke-a-stolen-site.md.
 *
 * @throws {PlatformError} where the sites' authority is none
 */
export function declareSites(account: Account, keys: Keys): Record<string, pulumi.Output<string>> {
  const { home, providers, fleet } = account
  const opts = { provider: providers[home] }
  checkAuthorities('sites', fleet.cloud.authorities.sites)
  const anchor = new aws.rolesanywhere.TrustAnchor(
    'sites',
    {
      name: 'meridian-sites',
      enabled: true,
      source: {
        sourceType: 'CERTIFICATE_BUNDLE',
        sourceData: { x509CertificateData: fleet.cloud.authorities.sites },
      },
    },
    opts,
  )
  const declare = (who: keyof typeof siteUnits, description: string, may: readonly Statement[]) => {
    const role = declareRole(
      `site-${who}`,
      { name: `meridian-${who}`, description, trust: trustUnit(anchor.arn, siteUnits[who]), may },
      opts,
    )
    const profile = new aws.rolesanywhere.Profile(
      `site-${who}-profile`,
      { name: `meridian-${who}`, enabled: true, durationSeconds: 3600, roleArns: [role.arn] },
      opts,
    )
    return { [`siteRole.${who}`]: role.arn, [`siteProfile.${who}`]: profile.arn }
  }
  return {
    siteTrustAnchor: anchor.arn,
    ...declare('node', 'A machine of a site: its own secrets, and images', [
      readSecrets(account, ['node/*', 'platform/*']),
      {
        Sid: 'PublishWhatItMade',
        Action: 'secretsmanager:PutSecretValue',
        Resource: secretsOf(account, ['node/join-token-*', 'node/*/disk-recovery-*']),
      },
      useKey(account, keys, ['kms:Decrypt', 'kms:GenerateDataKey']),
      registryToken,
      pull(account, '*'),
    ]),
    ...declare('external-secrets', 'External Secrets of a site: reads its own secrets', [
      readSecrets(account, ['platform/*', 'workloads/*']),
      useKey(account, keys, ['kms:Decrypt']),
      // Argo CD gets the charts that are mirrored here by its token.
      registryToken,
      pull(account, 'mirror/charts/*'),
    ]),
  }
}

/** A certificate of the sites' authority with this unit may take the role, and names its session. */
function trustUnit(anchor: pulumi.Output<string>, unit: string): Statement {
  return {
    Principal: { Service: 'rolesanywhere.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
    Condition: {
      ArnEquals: { 'aws:SourceArn': anchor },
      StringEquals: { 'aws:PrincipalTag/x509Subject/OU': unit },
    },
  }
}

function readSecrets(account: Account, names: readonly string[]): Statement {
  return {
    Sid: 'ReadItsSecrets',
    Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    Resource: secretsOf(account, names),
  }
}

function secretsOf({ home, id }: Account, names: readonly string[]): readonly string[] {
  return names.map((name) => `arn:aws:secretsmanager:${home}:${id}:secret:sites/${site}/${name}`)
}

function useKey({ home }: Account, keys: Keys, actions: readonly string[]): Statement {
  return {
    Sid: 'BySecretsManager',
    Action: actions,
    Resource: keys.secrets[home],
    Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${home}.amazonaws.com` } },
  }
}

/** AWS knows no resource for it. */
const registryToken: Statement = {
  Sid: 'RegistryToken',
  Action: 'ecr:GetAuthorizationToken',
  Resource: '*',
}

function pull({ home, id }: Account, repositories: string): Statement {
  return {
    Sid: 'Pull',
    Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Resource: `arn:aws:ecr:${home}:${id}:repository/${repositories}`,
  }
}
