import type { ConfigMaps } from '../argocd/settings.ts'

const namespace = 'argocd'
const account = 'argocd-application-controller'

/** The objects of Argo CD's chart that its processes need: settings, and the application controller's rights. */
export function argocdObjects(maps: ConfigMaps): object[] {
  const labels = { 'app.kubernetes.io/part-of': 'argocd' }
  return [
    ...Object.entries(maps).map(([name, data]) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, labels },
      data,
    })),
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'argocd-secret', namespace, labels } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace, labels } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: account, labels },
      rules: [
        { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
        { nonResourceURLs: ['*'], verbs: ['*'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: account, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  ]
}

/** The credential that `meridian-gitops` makes, with the local git server's password and the way to it. */
export function repositorySecret(credential: {
  readonly url: string
  readonly username: string
  readonly password: string
  readonly proxy: string
}) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'repository', namespace, labels: { 'argocd.argoproj.io/secret-type': 'repository' } },
    type: 'Opaque',
    stringData: { type: 'git', ...credential },
  }
}
