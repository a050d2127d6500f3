import type { Chart } from 'cdk8s'
import type { ClusterTraits } from '../_lib/app.ts'
import { networkPolicy } from '../_lib/network.ts'

/**
 * The chart's three pods and whom they meet: the metrics agent, and API servers at the webhook. The way to the API
 * server is `baseline`'s; nothing outside the cluster is needed, as the CA's key lies in it.
 */
export function chartNetwork(chart: Chart, apiServer: ClusterTraits['apiServer']): void {
  const namespace = 'cert-manager'
  const from = [{ namespace: 'observability', app: 'prometheus', ports: [{ port: 9402 }] }] as const
  networkPolicy(chart, { namespace, app: 'cert-manager', from })
  networkPolicy(chart, { namespace, app: 'cainjector', from })
  networkPolicy(chart, {
    namespace,
    app: 'webhook',
    from,
    fromOutside: [{ cidrs: [apiServer.cidr], port: 10250 }],
  })
}
