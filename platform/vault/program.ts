import * as vault from '@pulumi/vault'
import type { Program } from '../stack.ts'
import { revocation } from './authority.ts'
import { declareBreakGlass } from './break-glass.ts'
import { signing } from './client-role.ts'
import { declareEdges, unit as edge } from './edges.ts'
import { declareRoot, intermediates } from './root.ts'
import { declareSigner } from './signer.ts'
import { declareSites, units as siteUnits } from './sites.ts'
import { declareTransit } from './transit.ts'

/** What Vault holds that KMS cannot or should not: see docs/decisions/vault.md. */
export const declare: Program = ({ fleet }) => {
  const { address, signers } = fleet.cloud.vault
  // A run signs in by the AWS role that it has, so there is no token to keep.
  const provider = new vault.Provider('vault', {
    address,
    authLoginAws: { role: 'cloud-vault', mount: 'aws', headerValue: new URL(address).hostname },
  })
  new vault.Audit('log', { type: 'file', options: { file_path: 'stdout' } }, { provider, protect: true })
  declareTransit(provider)
  const root = declareRoot(address, provider)
  const sites = declareSites(fleet, address, root, provider)
  const edges = declareEdges(address, provider)
  const access = declareBreakGlass(fleet, provider)

  // A login a task: who enrols a site's machines can, with that token, make no authority and take nothing back.
  const arn = (role: string) => `arn:aws:iam::${fleet.cloud.aws.account}:role/${role}`
  const security = arn(signers.intermediates)
  declareSigner('sign-intermediates', security, intermediates(fleet), provider)
  declareSigner('sign-sites', security, signing('pki-sites', siteUnits), provider)
  declareSigner('sign-edges', security, signing('pki-edges', [edge]), provider)
  declareSigner('revoke', security, revocation(['pki-root', 'pki-sites', 'pki-edges']), provider)
  declareSigner('sign-break-glass', arn(signers.breakGlass), access, provider)
  return { rootCertificate: root.certificate, sitesCertificate: sites, edgesCertificate: edges }
}
