import type * as pulumi from '@pulumi/pulumi'
import * as vault from '@pulumi/vault'
import { NetworkName } from '../../clusters/schema.ts'
import { declareAuthority } from './authority.ts'
import { declareClientRole } from './client-role.ts'
import { day, year } from './seconds.ts'

const path = 'pki-edges'

/** The one role of the mount. */
export const unit = 'edge'

/**
 * The authority of the certificates that the edges show to the regions' entrances. A root of its own: whatever stands
 * below `pki-root` opens no entrance, and the load balancers have a whole chain in their trust stores.
 *
 * @returns its certificate, for `authorities.edges` of clusters/cloud.yaml
 */
export function declareEdges(address: string, provider: vault.Provider): pulumi.Output<string> {
  // Carried to the trust stores by hand when it changes, so it holds as long as what stands on it.
  const backend = declareAuthority({ path, listHolds: '2160h' }, address, provider)
  const { certificate } = new vault.pkisecret.SecretBackendRootCert(
    `${path}-certificate`,
    {
      backend,
      type: 'internal',
      commonName: 'Meridian edges',
      keyType: 'ec',
      keyBits: 384,
      maxPathLength: 0,
      ttl: `${5 * year}s`,
    },
    { provider, protect: true },
  )
  // Sites are their own entrance.
  const names = NetworkName.exclude(['k3s']).options
  declareClientRole({ path, backend, unit, names, holds: 90 * day }, provider)
  return certificate
}
