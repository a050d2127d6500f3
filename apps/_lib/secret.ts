import { ApiObject } from 'cdk8s'
import type { Construct } from 'constructs'
import type { NamespaceName } from './namespaces.ts'

/**
 * The ClusterSecretStores of every cluster. Each sees only its own folder under the site's prefix in the secret
 * manager, so names below are relative to that and variants stay free of the site's name.
 */
export const siteSecretStores = {
  /** What clusters stand on (the intermediate CA, the repository's key): `<site>/platform/`. */
  platform: {
    name: 'site-platform',
    folder: 'platform/',
    namespaces: ['argocd', 'cert-manager', 'node-agents'],
  },
  /** What services need: `<site>/workloads/`. No namespace here can ask for the CA's key. */
  workloads: {
    name: 'site',
    folder: 'workloads/',
    namespaces: [
      'observability',
      'gateway',
      'router',
      'inference',
      'cache',
      'telemetry',
      'alerts',
      'dashboards',
      'traces',
      'logs',
    ],
  },
} as const satisfies Record<string, { name: string; folder: string; namespaces: readonly NamespaceName[] }>

/** The store that a namespace may use; `external-secrets` itself has none. */
export function siteSecretStore(namespace: NamespaceName): string {
  const { platform, workloads } = siteSecretStores
  const isPlatform = platform.namespaces.some((name) => name === namespace)
  return isPlatform ? platform.name : workloads.name
}

export interface SiteSecret {
  /** Of the Secret, and of the ExternalSecret that makes it. */
  readonly name: string
  readonly namespace: NamespaceName
  /** @default Opaque */
  readonly type?: string
  readonly labels?: Readonly<Record<string, string>>
  /** Values by name: where each is in the secret manager; `property` picks a field of a JSON secret. */
  readonly values: Readonly<Record<string, { readonly key: string; readonly property?: string }>>
  /**
   * The Secret's entries as templates over the values (Go templates with sprig): `{{ .password | sha256sum }}`.
   * @default the values as they are
   */
  readonly entries?: Readonly<Record<string, string>>
}

/** A Secret that External Secrets fetches from the site's part of the secret manager and keeps fresh. */
export function siteSecret(scope: Construct, secret: SiteSecret): void {
  const { name, namespace, type, labels, values, entries } = secret
  const template =
    type || labels || entries
      ? {
          engineVersion: 'v2',
          type,
          metadata: labels && { labels: { ...labels } },
          data: entries && { ...entries },
        }
      : undefined
  new ApiObject(scope, `secret-${name}`, {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace },
    spec: {
      refreshInterval: '1h0m0s',
      secretStoreRef: { kind: 'ClusterSecretStore', name: siteSecretStore(namespace) },
      target: { name, creationPolicy: 'Owner', deletionPolicy: 'Retain', template },
      data: Object.entries(values).map(([secretKey, remoteRef]) => ({
        secretKey,
        remoteRef: { ...remoteRef },
      })),
    },
  })
}
