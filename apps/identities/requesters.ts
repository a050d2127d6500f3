import type { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-28'
import { type NamespaceName, namespaces, standsOn } from '../_lib/namespaces.ts'

/**
 * The driver asks for a certificate as the pod it is for, so each namespace's service accounts may ask. Asking gives
 * nothing: the approver compares the id that is asked for with the account that asks.
 */
export function requesters(chart: Chart, edge: boolean): void {
  const name = 'spiffe-certificate-requester'
  // Object.keys knows its argument's keys only as strings.
  for (const namespace of Object.keys(namespaces) as NamespaceName[]) {
    if (!namespaces[namespace].identity || !standsOn(namespaces[namespace], edge)) continue
    new k8s.KubeRole(chart, `${namespace}-requester`, {
      metadata: { name, namespace },
      rules: [{ apiGroups: ['cert-manager.io'], resources: ['certificaterequests'], verbs: ['create'] }],
    })
    new k8s.KubeRoleBinding(chart, `${namespace}-requester-binding`, {
      metadata: { name, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [
        {
          apiGroup: 'rbac.authorization.k8s.io',
          kind: 'Group',
          name: `system:serviceaccounts:${namespace}`,
        },
      ],
    })
  }
}
