import type { Chart } from 'cdk8s'
import type { ClusterTraits } from '../_lib/app.ts'
import { networkPolicy } from '../_lib/network.ts'

interface Surroundings {
  readonly distribution: ClusterTraits['distribution']
  readonly apiServer: ClusterTraits['apiServer']
  /** Where AWS's APIs answer. */
  readonly aws: readonly string[]
}

/** The chart's three pods and whom they meet; only the controller reaches AWS. */
export function chartNetwork(chart: Chart, { distribution, apiServer, aws }: Surroundings): void {
  const namespace = 'external-secrets'
  const from = [{ namespace: 'observability', app: 'prometheus', ports: [{ port: 8080 }] }] as const
  networkPolicy(chart, {
    namespace,
    app: 'external-secrets',
    from,
    toOutside: [
      { cidrs: aws, port: 443 },
      // EKS hands a pod its role at this fixed address of its own node.
      ...(distribution === 'eks' ? [{ cidrs: ['169.254.170.23/32'], port: 80 }] : []),
    ],
  })
  networkPolicy(chart, { namespace, app: 'external-secrets-cert-controller', from })
  networkPolicy(chart, {
    namespace,
    app: 'external-secrets-webhook',
    from: [
      ...from,
      // It asks the webhook's readiness before it registers it.
      { namespace, app: 'external-secrets-cert-controller', ports: [{ port: 10250 }] },
    ],
    fromOutside: [{ cidrs: [apiServer.cidr], port: 10250 }],
  })
}
