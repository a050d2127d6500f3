import { k8s } from 'cdk8s-plus-28'
import type { Construct } from 'constructs'
import type { NamespaceName } from '../_lib/namespaces.ts'
import { podLabels } from '../_lib/network.ts'

export interface ClusterReaderProps {
  /** Of the service account, and of what is made. */
  readonly name: string
  readonly namespace: NamespaceName
  readonly rules: readonly { readonly apiGroups: readonly string[]; readonly resources: readonly string[] }[]
}

/** Lets a service account list and watch some kinds in the whole cluster, and nothing else: no reads by name. */
export function clusterReader(scope: Construct, { name, namespace, rules }: ClusterReaderProps): void {
  const metadata = { name: `meridian-${name}`, labels: podLabels(name) }
  new k8s.KubeClusterRole(scope, 'cluster-role', {
    metadata,
    rules: rules.map(({ apiGroups, resources }) => ({
      apiGroups: [...apiGroups],
      resources: [...resources],
      verbs: ['list', 'watch'],
    })),
  })
  new k8s.KubeClusterRoleBinding(scope, 'cluster-role-binding', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  })
}
