/** One namespace: what may run there, and how much. `baseline` makes it; every other app only names it. */
export interface Namespace {
  /** Pod Security level that the API server enforces. */
  readonly podSecurity: 'restricted' | 'baseline' | 'privileged'
  /** On every cluster, only on edge sites, or only on the central one. */
  readonly on: 'every' | 'edge' | 'central'
  /** Its pods read the identity ConfigMap of their cluster. */
  readonly identity: boolean
  /** Its pods talk to the API server. */
  readonly apiServer: boolean
  /** The most that its pods may ask for together; memory with a binary suffix. */
  readonly quota: { readonly pods: number; readonly cpu: string; readonly memory: string }
}

const define = <const T extends Record<string, Namespace>>(table: T) => table

export const namespaces = define({
  argocd: {
    podSecurity: 'restricted',
    on: 'every',
    identity: false,
    apiServer: true,
    quota: { pods: 20, cpu: '4', memory: '8Gi' },
  },
  'cert-manager': {
    podSecurity: 'restricted',
    on: 'every',
    identity: true,
    apiServer: true,
    quota: { pods: 18, cpu: '2', memory: '2Gi' },
  },
  'external-secrets': {
    podSecurity: 'restricted',
    on: 'every',
    identity: false,
    apiServer: true,
    quota: { pods: 14, cpu: '2', memory: '2Gi' },
  },
  /** Log shipper, CSI driver, device plugin, upgrade controller: the one place with wider rights. */
  'node-agents': {
    podSecurity: 'privileged',
    on: 'every',
    identity: true,
    apiServer: true,
    quota: { pods: 60, cpu: '8', memory: '8Gi' },
  },
  observability: {
    podSecurity: 'restricted',
    on: 'every',
    identity: true,
    apiServer: true,
    quota: { pods: 12, cpu: '4', memory: '8Gi' },
  },
  gateway: {
    podSecurity: 'restricted',
    on: 'edge',
    identity: true,
    apiServer: false,
    quota: { pods: 20, cpu: '24', memory: '24Gi' },
  },
  router: {
    podSecurity: 'restricted',
    on: 'edge',
    identity: true,
    apiServer: false,
    quota: { pods: 20, cpu: '24', memory: '48Gi' },
  },
  inference: {
    podSecurity: 'restricted',
    on: 'edge',
    identity: true,
    apiServer: false,
    quota: { pods: 20, cpu: '32', memory: '64Gi' },
  },
  cache: {
    podSecurity: 'restricted',
    on: 'edge',
    identity: true,
    apiServer: false,
    quota: { pods: 12, cpu: '12', memory: '32Gi' },
  },
  /** The one entrance for what all sites observe. */
  telemetry: {
    podSecurity: 'restricted',
    on: 'central',
    identity: true,
    apiServer: false,
    quota: { pods: 8, cpu: '6', memory: '4Gi' },
  },
  /** The central Prometheus. */
  metrics: {
    podSecurity: 'restricted',
    on: 'central',
    identity: true,
    apiServer: false,
    quota: { pods: 4, cpu: '6', memory: '24Gi' },
  },
  /** Alertmanager. */
  alerts: {
    podSecurity: 'restricted',
    on: 'central',
    identity: true,
    apiServer: false,
    quota: { pods: 4, cpu: '1', memory: '1Gi' },
  },
  /** Grafana. */
  dashboards: {
    podSecurity: 'restricted',
    on: 'central',
    identity: true,
    apiServer: false,
    quota: { pods: 3, cpu: '1', memory: '2Gi' },
  },
  /** Jaeger. */
  traces: {
    podSecurity: 'restricted',
    on: 'central',
    identity: true,
    apiServer: false,
    quota: { pods: 5, cpu: '4', memory: '6Gi' },
  },
  /** Elasticsearch, what writes into it, and Kibana. */
  logs: {
    podSecurity: 'restricted',
    on: 'central',
    identity: true,
    apiServer: false,
    quota: { pods: 12, cpu: '16', memory: '64Gi' },
  },
})

export type NamespaceName = keyof typeof namespaces

/** Whether a cluster of that sort has the namespace. */
export function standsOn({ on }: Namespace, edge: boolean): boolean {
  return on === 'every' || (on === 'edge') === edge
}

/** The Pod Security Standards as Kubernetes 1.36 defines them: a later release cannot change what is enforced. */
const podSecurityVersion = 'v1.36'

/** The labels that put a namespace under Pod Security, at its level, and under our admission. */
export function namespaceLabels(name: NamespaceName): Readonly<Record<string, string>> {
  const { podSecurity } = namespaces[name]
  const levels = ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, podSecurity],
    [`pod-security.kubernetes.io/${mode}-version`, podSecurityVersion],
  ])
  return { 'meridian/admission': 'enforced', ...Object.fromEntries(levels) }
}
