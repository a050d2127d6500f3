import type { KubernetesObject } from '../apps/_lib/app.ts'

/**
 * NetworkPolicies of the namespaces that K3s makes by itself (CIS 5.3.2, and K3s's hardening guide); `baseline`
 * has those of ours. Without them anything in the cluster could talk to what runs there.
 */
export const systemNetwork: readonly KubernetesObject[] = [
  // Nothing of ours runs in these, and nothing should.
  ...['default', 'kube-public', 'kube-node-lease'].map((namespace) =>
    policy(namespace, 'default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
  ),
  policy('kube-system', 'intra-namespace', {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: {} }] }],
  }),
  policy('kube-system', 'dns', {
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [{ namespaceSelector: {} }],
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ],
      },
    ],
  }),
  // The API server asks it for what autoscalers want to know; it comes from a server's address, not from a pod.
  policy('kube-system', 'metrics-server', {
    podSelector: { matchLabels: { 'k8s-app': 'metrics-server' } },
    policyTypes: ['Ingress'],
    ingress: [{ ports: [{ protocol: 'TCP', port: 10250 }] }],
  }),
  // ServiceLB: the public's way to the gateway.
  policy('kube-system', 'service-lb', {
    podSelector: { matchExpressions: [{ key: 'svccontroller.k3s.cattle.io/svcname', operator: 'Exists' }] },
    policyTypes: ['Ingress'],
    ingress: [{}],
  }),
]

function policy(namespace: string, name: string, spec: object): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `meridian-${name}`, namespace },
    spec,
  }
}
