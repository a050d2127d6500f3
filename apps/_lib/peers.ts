import type { NamespaceName } from './namespaces.ts'
import type { Peer } from './network.ts'

/** Where each workload listens for the others, and so which SPIFFE id it presents: one place for both ends. */
const workloads = {
  gateway: { namespace: 'gateway', port: 8443, scheme: 'https' },
  router: { namespace: 'router', port: 8443, scheme: 'https' },
  inference: { namespace: 'inference', port: 8443, scheme: 'https' },
  cache: { namespace: 'cache', port: 6379, scheme: 'rediss' },
  'otel-collector': { namespace: 'observability', port: 4317, scheme: 'https' },
  metrics: { namespace: 'metrics', port: 8443, scheme: 'https' },
  alerts: { namespace: 'alerts', port: 8443, scheme: 'https' },
  dashboards: { namespace: 'dashboards', port: 8443, scheme: 'https' },
  traces: { namespace: 'traces', port: 8443, scheme: 'https' },
  telemetry: { namespace: 'telemetry', port: 8443, scheme: 'https' },
  elasticsearch: { namespace: 'logs', port: 8443, scheme: 'https' },
  'log-aggregator': { namespace: 'logs', port: 8443, scheme: 'https' },
  kibana: { namespace: 'logs', port: 8443, scheme: 'https' },
} as const satisfies Record<string, { namespace: NamespaceName; port: number; scheme: string }>

export type WorkloadName = keyof typeof workloads

/** The workload's own entrance, for a NetworkPolicy. */
export function peer(app: WorkloadName): Peer {
  const { namespace, port } = workloads[app]
  return { namespace, app, ports: [{ port }] }
}

/** Somebody who may call this workload on one of its own ports, for a NetworkPolicy. */
export function caller(app: WorkloadName, port: number): Peer {
  return { namespace: workloads[app].namespace, app, ports: [{ port }] }
}

/** How a program calls it over mutual TLS, and whom it must find there: the id's path under the trust domain. */
export function callee(app: WorkloadName): { readonly url: string; readonly spiffePath: string } {
  const { namespace, port, scheme } = workloads[app]
  return { url: `${scheme}://${app}.${namespace}.svc.cluster.local:${port}`, spiffePath: spiffePath(app) }
}

/** The path of its SPIFFE id: `/ns/router/sa/router`. */
export function spiffePath(app: WorkloadName): string {
  return `/ns/${workloads[app].namespace}/sa/${app}`
}
