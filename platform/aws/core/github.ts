import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { PlatformError } from '../../stack.ts'
import { declareRole, policy, type RoleArgs, type Statement } from '../_lib/iam.ts'
import type { Account } from './account.ts'
import { changeCloud, pushImages, readState, writeState } from './deploy-permissions.ts'
import { administeredBy } from './key-policies.ts'

const issuer = 'token.actions.githubusercontent.com'

interface PipelineRole {
  /** The environments of GitHub (platform/github/environments.ts) whose runs may take it. */
  readonly environments: readonly string[]
  readonly description: string
  /** The GitHub App that it may sign for: KMS holds the app's key, `alias/github-app-<app>`. */
  readonly app?: 'propose' | 'waves' | 'administer'
  readonly may: readonly Statement[]
}

/**
 * The roles that the workflows take, by OIDC: none trusts more than one job's environments of our repository, which
 * only runs of main may enter. The apps' private keys are in KMS, imported by hand, and never leave it.
 */
export function declarePipeline(account: Account): Record<string, pulumi.Output<string>> {
  const opts = { provider: account.providers[account.home] }
  const provider = new aws.iam.OpenIdConnectProvider(
    'github',
    { url: `https://${issuer}`, clientIdLists: ['sts.amazonaws.com'] },
    opts,
  )
  const repository = repositoryOf(account.fleet.platform.repository)

  const declare = (name: string, { environments, description, app, may }: PipelineRole) => {
    const args: RoleArgs = {
      name: `meridian-${name}`,
      description,
      trust: {
        Principal: { Federated: provider.arn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: 'sts.amazonaws.com',
            [`${issuer}:sub`]: environments.map((one) => `repo:${repository}:environment:${one}`),
          },
        },
      },
      may: app === undefined ? may : [...may, sign(declareAppKey(account, app, name, opts))],
    }
    return declareRole(`pipeline-${name}`, args, opts)
  }
  const deploy = (program: string, extra: Omit<PipelineRole, 'environments' | 'description'>) =>
    declare(`cloud-${program}`, {
      environments: [`cloud-${program}`],
      description: `Brings ${program} to what main says`,
      ...extra,
      may: [...readState(account), ...writeState(account, program), ...extra.may],
    }).arn

  declare('release', {
    environments: ['release'],
    description: 'Pushes images; they are signed by identity, with no key',
    may: pushImages(account),
  })
  declare('propose', {
    environments: ['propose'],
    description: 'Opens pull requests as an app',
    app: 'propose',
    may: [],
  })
  declare('waves', {
    // The first of the two approvals that a move back needs runs nothing in AWS.
    environments: ['waves', 'waves-back-operations'],
    description: 'Moves waves as an app',
    app: 'waves',
    may: [],
  })
  return {
    'deployRole.aws': deploy('aws', { may: changeCloud(account) }),
    'deployRole.cloudflare': deploy('cloudflare', { may: [] }),
    'deployRole.fastly': deploy('fastly', { may: [] }),
    'deployRole.github': deploy('github', { app: 'administer', may: [] }),
    'deployRole.vault': deploy('vault', { may: [] }),
  }
}

function sign(key: aws.kms.ExternalKey): Statement {
  return {
    Sid: 'SignForTheApp',
    Action: 'kms:Sign',
    Resource: key.arn,
    Condition: { StringEquals: { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256' } },
  }
}

function declareAppKey(
  { id }: Account,
  app: string,
  role: string,
  opts: pulumi.CustomResourceOptions,
): aws.kms.ExternalKey {
  const Principal = { AWS: `arn:aws:iam::${id}:root` }
  const key = new aws.kms.ExternalKey(
    `github-app-${app}`,
    {
      description: `Private key of the GitHub App "${app}", imported; renewed at GitHub`,
      keySpec: 'RSA_2048',
      keyUsage: 'SIGN_VERIFY',
      deletionWindowInDays: 30,
      policy: policy(
        administeredBy(id),
        {
          Sid: 'Import',
          Principal,
          Action: ['kms:DeleteImportedKeyMaterial', 'kms:GetParametersForImport', 'kms:ImportKeyMaterial'],
          Resource: '*',
        },
        {
          Sid: 'Sign',
          Principal,
          Action: 'kms:Sign',
          Resource: '*',
          Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${id}:role/meridian-${role}` } },
        },
      ),
    },
    { ...opts, protect: true },
  )
  new aws.kms.Alias(
    `github-app-${app}-alias`,
    // The name that tools/github/app-token.ts is given by the workflows.
    { name: `alias/github-app-${app}`, targetKeyId: key.id },
    opts,
  )
  return key
}

/** `meridian-example/meridian`. */
function repositoryOf(url: string): string {
  const name = /^https:\/\/github\.com\/([^/]+\/[^/]+?)(?:\.git)?$/.exec(url)?.[1]
  if (name !== undefined) return name
  throw new PlatformError(
    'clusters/platform.yaml',
    `repository ${url} is none on github.com`,
    'roles trust runs of a repository there: https://github.com/<owner>/<name>.git',
  )
}
