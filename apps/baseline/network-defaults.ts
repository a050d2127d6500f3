import type { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-28'
import type { ClusterTraits } from '../_lib/app.ts'
import { type NamespaceName, namespaces } from '../_lib/namespaces.ts'

/** Closes a namespace's network; opens the way to the API server where its pods need it, and nothing else. */
export function networkDefaults(
  chart: Chart,
  name: NamespaceName,
  apiServer: ClusterTraits['apiServer'],
): void {
  new k8s.KubeNetworkPolicy(chart, `${name}-default-deny`, {
    metadata: { name: 'default-deny', namespace: name },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  })
  if (!namespaces[name].apiServer) return
  new k8s.KubeNetworkPolicy(chart, `${name}-to-api-server`, {
    metadata: { name: 'to-api-server', namespace: name },
    spec: {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          // Policies see the address behind the Service: the servers' own.
          to: [{ ipBlock: { cidr: apiServer.cidr } }],
          ports: [{ protocol: 'TCP', port: k8s.IntOrString.fromNumber(apiServer.port) }],
        },
      ],
    },
  })
}
