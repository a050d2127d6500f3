import * as vault from '@pulumi/vault'
import type { Fleet } from '../../clusters/fleet.ts'

/**
 * The way into a site whose GitOps is broken: certificates of an hour for one site.
 *
 * @returns the policy of who signs them
 */
export function declareBreakGlass({ clusters }: Fleet, provider: vault.Provider): string {
  const { path: backend } = new vault.Mount(
    'ssh-break-glass',
    { path: 'ssh-break-glass', type: 'ssh' },
    { provider, protect: true },
  )
  new vault.ssh.SecretBackendCa(
    'ssh-break-glass-ca',
    { backend, generateSigningKey: true, keyType: 'ed25519' },
    { provider, protect: true },
  )
  new vault.ssh.SecretBackendRole(
    'site',
    {
      backend,
      name: 'site',
      keyType: 'ca',
      allowUserCertificates: true,
      // A site's machines let in who has its name among the principals.
      allowedUsers: clusters.map(({ name }) => name).join(','),
      defaultExtensions: { 'permit-pty': '' },
      ttl: '3600',
      maxTtl: '3600',
    },
    { provider },
  )
  return 'path "ssh-break-glass/sign/site" {\n  capabilities = ["update"]\n}\n'
}
