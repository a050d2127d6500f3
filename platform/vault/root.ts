import * as vault from '@pulumi/vault'
import type { Fleet } from '../../clusters/fleet.ts'
import { declareAuthority } from './authority.ts'
import { year } from './seconds.ts'

/** The root of every cluster's intermediate authority: its key is made in Vault and stays there. */
export function declareRoot(
  address: string,
  provider: vault.Provider,
): vault.pkisecret.SecretBackendRootCert {
  const backend = declareAuthority({ path: 'pki-root', listHolds: '72h' }, address, provider)
  return new vault.pkisecret.SecretBackendRootCert(
    'root',
    {
      backend,
      type: 'internal',
      commonName: 'Meridian root',
      keyType: 'ec',
      keyBits: 384,
      maxPathLength: 1,
      ttl: `${10 * year}s`,
    },
    { provider, protect: true },
  )
}

/** An intermediate signs for one cluster's trust domain, makes no authority of its own, and ends after a year. */
export function intermediates({ clusters }: Fleet): string {
  const domains = clusters.map(({ name }) => `"${name}.meridian"`).join(', ')
  return `path "pki-root/root/sign-intermediate" {
  capabilities = ["update"]
  required_parameters = ["csr", "common_name", "permitted_uri_domains", "max_path_length", "ttl"]
  allowed_parameters = {
    "csr" = []
    "common_name" = [${domains}]
    "permitted_uri_domains" = [${domains}]
    "max_path_length" = ["0"]
    "ttl" = ["8760h"]
    "format" = ["pem"]
  }
}
`
}
