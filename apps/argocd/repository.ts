import type { KubernetesObject } from '../_lib/app.ts'
import { siteSecretStore } from '../_lib/secret.ts'

/** The Secret by which Argo CD reads the repository. A node is born with it; from then on it is kept fresh here. */
export const repositorySecretName = 'repository'

/**
 * A GitHub App's key, read-only (`contents: read`) and valid for this one repository. Each site's own folder holds
 * it, so a site's key can be another one and be revoked alone.
 *
 * It comes with the site's other objects, after its secret store: with Argo CD itself it would wait for a store
 * that waits for it.
 */
export function repositorySecret(url: string): KubernetesObject {
  const fields = ['githubAppID', 'githubAppInstallationID', 'githubAppPrivateKey']
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: repositorySecretName, namespace: 'argocd' },
    spec: {
      refreshInterval: '1h0m0s',
      secretStoreRef: { kind: 'ClusterSecretStore', name: siteSecretStore('argocd') },
      target: {
        name: repositorySecretName,
        // Whatever becomes of this object, the way to git must stay.
        creationPolicy: 'Orphan',
        deletionPolicy: 'Retain',
        template: {
          engineVersion: 'v2',
          metadata: { labels: { 'argocd.argoproj.io/secret-type': 'repository' } },
          data: {
            type: 'git',
            url,
            ...Object.fromEntries(fields.map((field) => [field, `{{ .${field} }}`])),
          },
        },
      },
      data: fields.map((field) => ({ secretKey: field, remoteRef: { key: 'repository', property: field } })),
    },
  }
}
