import * as aws from '@pulumi/aws'
import { policy } from '../_lib/iam.ts'
import type { Account } from './account.ts'
import type { Keys } from './keys.ts'

/**
 * What the whole platform has one of; what a site has is below `sites/<site>/`, made at its enrolment. The values are
 * put in by hand: no program knows them, and AWS can renew none of them.
 */
const secrets: Readonly<Record<string, string>> = {
  registrar: 'The account at the registrar of the domain: who has it has the name',
  'vault-recovery': 'The shares of the recovery key of Vault',
}

/** Copied to every region, so that they are there when the home region is not. Only who signs in Vault reads them. */
export function declareSecrets(account: Account, keys: Keys): void {
  const { id, home, regions, providers, fleet } = account
  const opts = { provider: providers[home] }
  const reader = `arn:aws:iam::${id}:role/${fleet.cloud.vault.signers.intermediates}`
  for (const [name, description] of Object.entries(secrets)) {
    const secret = new aws.secretsmanager.Secret(
      `secret-${name}`,
      {
        name: `platform/${name}`,
        description,
        kmsKeyId: keys.secrets[home],
        recoveryWindowInDays: 30,
        replicas: regions
          .filter((region) => region !== home)
          .map((region) => ({ region, kmsKeyId: keys.secrets[region] })),
      },
      { ...opts, protect: true },
    )
    new aws.secretsmanager.SecretPolicy(
      `secret-${name}-policy`,
      {
        secretArn: secret.arn,
        blockPublicPolicy: true,
        policy: policy({
          Sid: 'OneReader',
          Effect: 'Deny',
          Principal: '*',
          Action: 'secretsmanager:GetSecretValue',
          Resource: '*',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': reader } },
        }),
      },
      opts,
    )
  }
}
