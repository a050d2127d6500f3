import type * as pulumi from '@pulumi/pulumi'
import * as vault from '@pulumi/vault'
import { year } from './seconds.ts'

/** Where certificates are issued, and how long each of its lists of revoked ones holds. */
export interface AuthorityArgs {
  readonly path: string
  /** Such as `72h`. */
  readonly listHolds: string
}

/** A mount that issues certificates, with the addresses that they name and the list of those taken back. */
export function declareAuthority(
  { path, listHolds }: AuthorityArgs,
  address: string,
  provider: vault.Provider,
): pulumi.Output<string> {
  const { path: backend } = new vault.Mount(
    path,
    { path, type: 'pki', maxLeaseTtlSeconds: 10 * year },
    { provider, protect: true },
  )
  new vault.pkisecret.SecretBackendConfigUrls(
    `${path}-addresses`,
    {
      backend,
      issuingCertificates: [`${address}/v1/${path}/ca`],
      crlDistributionPoints: [`${address}/v1/${path}/crl`],
    },
    { provider },
  )
  // Made anew before it ends, so that who asks for it can be sure that it is there.
  new vault.pkisecret.SecretBackendCrlConfig(
    `${path}-revocations`,
    { backend, expiry: listHolds, autoRebuild: true, autoRebuildGracePeriod: '24h' },
    { provider },
  )
  return backend
}

/** Takes certificates back. A list that is made anew by the clock has them at once only where it is rotated. */
export function revocation(paths: readonly string[]): string {
  return paths
    .map(
      (path) => `path "${path}/revoke" {
  capabilities = ["update"]
}
path "${path}/crl/rotate" {
  capabilities = ["read"]
}
`,
    )
    .join('')
}
