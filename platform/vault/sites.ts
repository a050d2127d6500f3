import type * as pulumi from '@pulumi/pulumi'
import * as vault from '@pulumi/vault'
import type { Fleet } from '../../clusters/fleet.ts'
import { siteUnits } from '../aws/_lib/site-units.ts'
import { declareAuthority } from './authority.ts'
import { declareClientRole } from './client-role.ts'
import { year } from './seconds.ts'

const path = 'pki-sites'

/** The roles of the mount: a machine of a site, and what reads its secrets. */
export const units = Object.values(siteUnits)

/**
 * The authority of the certificates by which sites come to AWS, below the root: docs/runbooks/add-a-site.md. AWS trusts
 * this one and not the root, since a cluster's own intermediate must not be able to sign for it.
 *
 * @returns its certificate, for `authorities.sites` of clusters/cloud.yaml
 */
export function declareSites(
  { clusters }: Fleet,
  address: string,
  root: vault.pkisecret.SecretBackendRootCert,
  provider: vault.Provider,
): pulumi.Output<string> {
  // Carried to AWS by hand when it changes, so it holds as long as what stands on it.
  const backend = declareAuthority({ path, listHolds: '8760h' }, address, provider)
  const certificate = declareIntermediate(backend, root, provider)
  // The EKS cluster's pods have their roles from EKS.
  const names = clusters.filter(({ distribution }) => distribution === 'k3s').map(({ name }) => name)
  for (const unit of units) declareClientRole({ path, backend, unit, names, holds: year }, provider)
  return certificate
}

/** A key that is made in the mount and stays there, signed by the root. */
function declareIntermediate(
  backend: pulumi.Input<string>,
  root: vault.pkisecret.SecretBackendRootCert,
  provider: vault.Provider,
): pulumi.Output<string> {
  const opts = { provider, protect: true }
  const commonName = 'Meridian sites'
  const { csr } = new vault.pkisecret.SecretBackendIntermediateCertRequest(
    `${path}-request`,
    { backend, type: 'internal', commonName, keyType: 'ec', keyBits: 384 },
    opts,
  )
  const { certificate } = new vault.pkisecret.SecretBackendRootSignIntermediate(
    `${path}-signed`,
    // Nothing is signed beyond its end: there must be another one a year before.
    { backend: root.backend, csr, commonName, maxPathLength: 0, ttl: `${5 * year}s` },
    { ...opts, dependsOn: [root] },
  )
  new vault.pkisecret.SecretBackendIntermediateSetSigned(
    `${path}-certificate`,
    { backend, certificate },
    opts,
  )
  return certificate
}
