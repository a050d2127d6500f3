import type { Helm, KubernetesObject } from '../apps/_lib/app.ts'
import { namespaceLabels } from '../apps/_lib/namespaces.ts'
import type { InstalledFile } from './install.ts'
import { systemNetwork } from './network.ts'

const manifests = '/var/lib/rancher/k3s/server/manifests'

/** The policies of K3s's own namespaces, from the first moment on. */
export const systemPolicies: readonly InstalledFile[] = [
  { path: 'manifests/network.yaml', target: `${manifests}/meridian-network.yaml`, content: systemNetwork },
]

/**
 * What K3s applies to a blank cluster by itself (its auto-deploy folder): Argo CD by K3s's own HelmChart object
 * (helm.cattle.io/v1), and the AppProject of the root Application. From the first sync on, Argo CD keeps itself:
 * `meridian-gitops` then tells K3s to let go.
 */
export function bootstrap(argocd: Helm, rootProject: KubernetesObject): readonly InstalledFile[] {
  const chart = {
    apiVersion: 'helm.cattle.io/v1',
    kind: 'HelmChart',
    metadata: { name: argocd.releaseName, namespace: 'kube-system' },
    spec: {
      ...(argocd.chart.repository.startsWith('https://')
        ? { repo: argocd.chart.repository, chart: argocd.chart.chart }
        : { chart: `oci://${argocd.chart.repository}/${argocd.chart.chart}` }),
      version: argocd.chart.version,
      targetNamespace: 'argocd',
      // K3s reads YAML, of which JSON is a part.
      valuesContent: `${JSON.stringify(argocd.values, null, 2)}\n`,
    },
  }
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    // As `baseline` keeps it; no rule is asked before `policies` brings them.
    metadata: { name: 'argocd', labels: namespaceLabels('argocd') },
  }
  return [
    {
      path: 'manifests/argocd.yaml',
      target: `${manifests}/meridian-argocd.yaml`,
      content: [namespace, chart],
    },
    {
      path: 'manifests/root-project.yaml',
      target: `${manifests}/meridian-root-project.yaml`,
      content: rootProject,
    },
  ]
}
