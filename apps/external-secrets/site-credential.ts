import type { k8s } from 'cdk8s-plus-28'
import { containerSecurityContext, nonRootId } from '../_lib/hardened.ts'

/** The Secret in `external-secrets` that a site's server nodes keep fresh (nodes/site-root.ts). */
export const siteRootSecret = 'site-root'

export type Volume = Pick<k8s.Volume, 'name' | 'secret'>
export type Container = Readonly<Record<string, unknown>>

export const siteRootVolume: Volume = {
  name: siteRootSecret,
  secret: { secretName: siteRootSecret, defaultMode: 0o440 },
}

/**
 * AWS's own helper signs with the site's certificate (IAM Roles Anywhere) and answers the controller on the pod's
 * loopback as an EC2 instance would (IMDSv2); its sessions live an hour. The certificate derives from the site's one
 * root credential, whose key is in the nodes' TPM; it may only read, and a new one is used without a restart.
 *
 * Roles Anywhere rather than a Vault token: the certificate is revoked in one place (the trust anchor's revocation
 * list), its subject limits the session to the site's own secrets (`aws:PrincipalTag/x509Subject/CN`), it needs no
 * renewal while a link is cut, and the secret manager stays reachable when Vault is what broke.
 *
 * `site-root` holds `tls.crt`, `tls.key`, and the three ARNs, which only exist once platform/aws made them.
 */
export function credentialHelper(image: string, region: string): Container {
  const arn = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: siteRootSecret, key } },
  })
  return {
    name: 'credential-helper',
    image,
    args: [
      'serve',
      '--certificate=/etc/site-root/tls.crt',
      '--private-key=/etc/site-root/tls.key',
      '--trust-anchor-arn=$(TRUST_ANCHOR_ARN)',
      '--profile-arn=$(PROFILE_ARN)',
      '--role-arn=$(ROLE_ARN)',
      `--region=${region}`,
      '--port=9911',
      '--hop-limit=1',
    ],
    env: [
      arn('TRUST_ANCHOR_ARN', 'trust-anchor-arn'),
      arn('PROFILE_ARN', 'profile-arn'),
      arn('ROLE_ARN', 'role-arn'),
    ],
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '100m', memory: '64Mi' } },
    securityContext: {
      ...containerSecurityContext,
      runAsUser: nonRootId,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [{ name: siteRootSecret, mountPath: '/etc/site-root', readOnly: true }],
  }
}
