import type { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-28'

/** The account of the jobs that replace K3s on a node; the rules of policies/ give it, and it alone, the host. */
export const jobAccount = 'system-upgrade'

const namespace = 'node-agents'

/** What a job asks of the API server: to cordon and drain the node that it is on. */
export function upgradeJobs(chart: Chart): void {
  const metadata = { name: jobAccount, namespace }
  // The controller writes the jobs' pods and says nothing of a token, so the account must.
  new k8s.KubeServiceAccount(chart, 'job-account', { metadata, automountServiceAccountToken: true })
  new k8s.KubeClusterRole(chart, 'job-role', {
    metadata: { name: jobAccount },
    rules: [
      { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'patch'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
      // Evicted, never deleted: a disruption budget is asked first.
      { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
      {
        apiGroups: ['apps'],
        resources: ['daemonsets', 'statefulsets', 'replicasets'],
        verbs: ['get', 'list'],
      },
    ],
  })
  new k8s.KubeClusterRoleBinding(chart, 'job-binding', {
    metadata: { name: jobAccount },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: jobAccount },
    subjects: [{ kind: 'ServiceAccount', name: jobAccount, namespace }],
  })
}
