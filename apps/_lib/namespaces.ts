/** One namespace: what may run there, and how much. `baseline` makes it; every other app only names it. */
export interface Namespace {
  /** Pod Security level that the API server enforces. */
  readonly podSecurity: 'restricted' | 'baseline' | 'privileged'
  /** On every cluster, or only on edge sites. */
  readonly on: 'every' | 'edge'
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
})

export type NamespaceName = keyof typeof namespaces

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
