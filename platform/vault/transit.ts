import * as vault from '@pulumi/vault'
import { day, year } from './seconds.ts'

/** Encryption and signatures as a service: the keys never leave, and serve sites of any network. */
export function declareTransit(provider: vault.Provider): void {
  const transit = new vault.Mount(
    'transit',
    { path: 'transit', type: 'transit' },
    { provider, protect: true },
  )
  for (const [name, type, rotatedEvery] of [
    ['personal-data', 'aes256-gcm96', 90 * day],
    ['models', 'ecdsa-p384', year],
  ] as const) {
    new vault.transit.SecretBackendKey(
      name,
      { backend: transit.path, name, type, autoRotatePeriod: rotatedEvery, deletionAllowed: false },
      { provider, protect: true },
    )
  }
}
