import { ApiObject, type Chart } from 'cdk8s'
import { siteSecret } from '../_lib/secret.ts'

/** The ClusterIssuer that signs every service's certificate. */
export const issuer = { name: 'spiffe-ca', kind: 'ClusterIssuer', group: 'cert-manager.io' } as const

/** The Secret with the root certificates of the whole platform, `ca.crt`, where the CSI driver runs. */
export const trustBundle = 'trust-bundle'

/**
 * The site's intermediate CA and the bundle that its certificates are checked against. Both come from the site's
 * folder in the secret manager; the root's key never enters a cluster. Revoking a site takes its intermediate out.
 */
export function certificateAuthority(chart: Chart): void {
  siteSecret(chart, {
    name: 'intermediate-ca',
    namespace: 'cert-manager',
    type: 'kubernetes.io/tls',
    values: {
      certificate: { key: 'intermediate-ca', property: 'certificate' },
      key: { key: 'intermediate-ca', property: 'key' },
    },
    // The chain up to the root, so that a peer that knows the root alone can follow it.
    entries: { 'tls.crt': '{{ .certificate }}', 'tls.key': '{{ .key }}' },
  })
  siteSecret(chart, {
    name: trustBundle,
    namespace: 'node-agents',
    values: { 'ca.crt': { key: 'trust-bundle' } },
  })
  new ApiObject(chart, 'issuer', {
    apiVersion: 'cert-manager.io/v1',
    kind: issuer.kind,
    metadata: { name: issuer.name },
    spec: { ca: { secretName: 'intermediate-ca' } },
  })
}
