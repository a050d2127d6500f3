import type { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-28'
import { type NamespaceName, namespaceLabels, namespaces } from '../_lib/namespaces.ts'

/** The one namespace in which a Service may ask the site for a public address. */
const entrance: NamespaceName = 'gateway'

/** A namespace with its Pod Security level, under our admission, and the most that its pods may take. */
export function namespace(chart: Chart, name: NamespaceName): void {
  const { quota } = namespaces[name]
  new k8s.KubeNamespace(chart, name, { metadata: { name, labels: namespaceLabels(name) } })
  // CIS 5.1.5: a pod that names no account of its own gets no token.
  new k8s.KubeServiceAccount(chart, `${name}-default-account`, {
    metadata: { name: 'default', namespace: name },
    automountServiceAccountToken: false,
  })
  const open = name === entrance
  new k8s.KubeResourceQuota(chart, `${name}-quota`, {
    metadata: { name: 'quota', namespace: name },
    spec: {
      hard: {
        pods: k8s.Quantity.fromNumber(quota.pods),
        'requests.cpu': k8s.Quantity.fromString(quota.cpu),
        'requests.memory': k8s.Quantity.fromString(quota.memory),
        'services.loadbalancers': k8s.Quantity.fromNumber(open ? 1 : 0),
        // A load balancer takes a node port for each of its ports.
        'services.nodeports': k8s.Quantity.fromNumber(open ? 2 : 0),
      },
    },
  })
  new k8s.KubeLimitRange(chart, `${name}-limits`, {
    metadata: { name: 'limits', namespace: name },
    spec: {
      limits: [{ type: 'Container', defaultRequest: small('50m', '64Mi'), default: small('250m', '256Mi') }],
    },
  })
}

/** What a container gets that does not say: jobs that controllers make, never a workload of ours. */
function small(cpu: string, memory: string): Record<string, k8s.Quantity> {
  return {
    cpu: k8s.Quantity.fromString(cpu),
    memory: k8s.Quantity.fromString(memory),
    'ephemeral-storage': k8s.Quantity.fromString('256Mi'),
  }
}
