import { Construct } from 'constructs'
import { workload } from '../_lib/workload.ts'
import { clusterReader } from './cluster-reader.ts'

const name = 'kube-state-metrics'
const namespace = 'observability'

/** What is watched, by API group. Never Secrets or ConfigMaps: their names alone would tell too much. */
const kinds = {
  '': ['namespaces', 'nodes', 'persistentvolumeclaims', 'pods', 'resourcequotas'],
  apps: ['daemonsets', 'deployments', 'statefulsets'],
  autoscaling: ['horizontalpodautoscalers'],
  batch: ['jobs'],
  policy: ['poddisruptionbudgets'],
} as const

/** kube-state-metrics: what the cluster wants and what it has, as metrics, for alerts on restarts and stuck pods. */
export function kubeStateMetrics(parent: Construct, { image }: { readonly image: string }): void {
  const scope = new Construct(parent, name)
  clusterReader(scope, {
    name,
    namespace,
    rules: Object.entries(kinds).map(([group, resources]) => ({ apiGroups: [group], resources })),
  })
  workload(scope, name, {
    namespace,
    image,
    args: [
      '--port=8080',
      '--telemetry-port=8081',
      `--resources=${Object.values(kinds).flat().toSorted().join(',')}`,
    ],
    ports: [{ name: 'metrics', port: 8080 }],
    // It talks to the API server alone.
    identity: false,
    token: true,
    // Ready asks the API server; alive must not, or one outage becomes two.
    probes: { port: 8080, live: '/healthz', ready: '/livez' },
    replicas: { min: 1, max: 1 },
    requests: { cpu: '20m', memory: '64Mi' },
    limits: { cpu: '200m', memory: '256Mi' },
  })
}
