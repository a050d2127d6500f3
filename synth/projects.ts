import type { KubernetesObject } from '../apps/_lib/app.ts'
import type { Layer } from '../apps/_lib/layers.ts'
import { namespaces } from '../apps/_lib/namespaces.ts'
import type { Variant } from './variants.ts'

export type ProjectName = 'root' | 'platform' | 'workloads'

const server = 'https://kubernetes.default.svc'

export function projectOf(layer: Layer): ProjectName {
  return layer === 'workloads' ? 'workloads' : 'platform'
}

/** A cluster's three AppProjects: what each Application may bring, from where, into which namespaces. */
export function projects(variants: readonly Variant[], repository: string): readonly KubernetesObject[] {
  const workloads = variants.filter(({ app }) => projectOf(app.layer) === 'workloads')
  const platform = variants.filter(({ app }) => projectOf(app.layer) === 'platform')
  const charts = platform.flatMap(({ app, props }) => app.helm?.(props).chart.repository ?? [])
  return [
    rootProject(repository),
    project('platform', {
      description: 'What a cluster needs before it can serve: the only project with cluster-scoped kinds.',
      sourceRepos: [repository, ...new Set(charts)],
      destinations: [...Object.keys(namespaces), 'kube-system'].map((namespace) => ({ server, namespace })),
      clusterResourceWhitelist: clusterKinds,
      namespaceResourceWhitelist: [{ group: '*', kind: '*' }],
    }),
    project('workloads', {
      description: 'What users reach: namespaced kinds in the namespaces of the workloads.',
      sourceRepos: [repository],
      destinations: [...new Set(workloads.map(({ app }) => app.namespace))].map((namespace) => ({
        server,
        namespace,
      })),
      clusterResourceWhitelist: [],
      namespaceResourceWhitelist: workloadKinds,
    }),
  ]
}

/** The project of the root Application; a node is born with it. */
export function rootProject(repository: string): KubernetesObject {
  return project('root', {
    description: 'The root Application: AppProjects and Applications, nothing else.',
    sourceRepos: [repository],
    destinations: [{ server, namespace: 'argocd' }],
    clusterResourceWhitelist: [],
    namespaceResourceWhitelist: [
      { group: 'argoproj.io', kind: 'AppProject' },
      { group: 'argoproj.io', kind: 'Application' },
    ],
  })
}

function project(name: ProjectName, spec: object): KubernetesObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    // Projects stand before the Applications that name them.
    metadata: { name, namespace: 'argocd', annotations: { 'argocd.argoproj.io/sync-wave': '-10' } },
    spec,
  }
}

const clusterKinds = [
  { group: '', kind: 'Namespace' },
  { group: 'admissionregistration.k8s.io', kind: 'MutatingWebhookConfiguration' },
  { group: 'admissionregistration.k8s.io', kind: 'ValidatingAdmissionPolicy' },
  { group: 'admissionregistration.k8s.io', kind: 'ValidatingAdmissionPolicyBinding' },
  { group: 'admissionregistration.k8s.io', kind: 'ValidatingWebhookConfiguration' },
  { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' },
  { group: 'cert-manager.io', kind: 'ClusterIssuer' },
  { group: 'external-secrets.io', kind: 'ClusterSecretStore' },
  { group: 'node.k8s.io', kind: 'RuntimeClass' },
  { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' },
  { group: 'rbac.authorization.k8s.io', kind: 'ClusterRoleBinding' },
  { group: 'scheduling.k8s.io', kind: 'PriorityClass' },
  { group: 'storage.k8s.io', kind: 'CSIDriver' },
  { group: 'storage.k8s.io', kind: 'StorageClass' },
]

const workloadKinds = [
  { group: '', kind: 'ConfigMap' },
  { group: '', kind: 'Service' },
  { group: '', kind: 'ServiceAccount' },
  { group: 'apps', kind: 'Deployment' },
  { group: 'apps', kind: 'StatefulSet' },
  { group: 'autoscaling', kind: 'HorizontalPodAutoscaler' },
  { group: 'batch', kind: 'Job' },
  { group: 'external-secrets.io', kind: 'ExternalSecret' },
  { group: 'networking.k8s.io', kind: 'NetworkPolicy' },
  { group: 'policy', kind: 'PodDisruptionBudget' },
]
