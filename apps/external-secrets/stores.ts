import type { KubernetesObject } from '../_lib/app.ts'
import { standsOn, namespaces as table } from '../_lib/namespaces.ts'
import { siteSecretStores } from '../_lib/secret.ts'

/**
 * The site's two stores in AWS Secrets Manager, one a folder under its prefix. The site's role may read nothing
 * outside `<prefix>*` and write nothing (platform/aws), so a stolen site shows its own secrets and no other's.
 *
 * There is no `auth`: the controller has the credentials itself, see values.ts.
 *
 * @param region of the secret manager
 * @param edge an edge site: a store serves only namespaces that its cluster has
 */
export function secretStores(prefix: string, region: string, edge: boolean): readonly KubernetesObject[] {
  return Object.values(siteSecretStores).map(({ name, folder, namespaces }) => ({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ClusterSecretStore',
    metadata: { name },
    spec: {
      provider: { aws: { service: 'SecretsManager', region, prefix: `${prefix}${folder}` } },
      conditions: [{ namespaces: namespaces.filter((name) => standsOn(table[name], edge)) }],
    },
  }))
}
