import {
  type BudgetView,
  type ClusterView,
  type NamespaceView,
  type NodeView,
  type PlatformView,
  type RouteView,
  VIEWS,
  type WorkloadView,
} from '../../views.ts'

/**
 * Views that satisfy every rule, for the examples of fleet rules: each says only what differs. They are plain
 * objects with an index, as a rule's examples are.
 */
const view = <Spec>(kind: string, name: string, spec: Spec, namespace?: string) => ({
  apiVersion: VIEWS,
  kind,
  metadata: { name, ...(namespace ? { namespace } : {}) },
  spec,
})

const labels = { 'app.kubernetes.io/name': 'app' }
const spread = {
  labelSelector: { matchLabels: labels },
  maxSkew: 1,
  topologyKey: 'kubernetes.io/hostname',
  whenUnsatisfiable: 'DoNotSchedule',
}
const certificate = {
  name: 'certificate',
  csi: { driver: 'spiffe.csi.cert-manager.io', readOnly: true },
}

/** A Deployment of three that serves TLS and runs in a cluster of three nodes. */
export const workload = (spec: Partial<WorkloadView['spec']> = {}, name = 'app') =>
  view<WorkloadView['spec']>(
    'Workload',
    name,
    {
      kind: 'Deployment',
      variant: 'app/medium',
      replicas: 3,
      atMost: 3,
      atLeast: 3,
      autoscalers: [],
      disruptionBudgets: [{ maxUnavailable: 1, selector: { matchLabels: labels } }],
      networkPolicies: [
        { name: 'default-deny', own: false, policyTypes: ['Ingress', 'Egress'] },
        { name: 'app', own: true, policyTypes: ['Ingress', 'Egress'] },
      ],
      services: [{ type: 'ClusterIP', ports: [{ port: 8443, appProtocol: 'https' }] }],
      labels,
      pod: {
        containers: [
          { name: 'app', volumeMounts: [{ name: 'certificate', mountPath: '/tls', readOnly: true }] },
        ],
        topologySpreadConstraints: [spread],
        volumes: [certificate],
      },
      containers: [{ name: 'app', flags: {} }],
      claims: [],
      configs: [],
      upstreams: [],
      tls: [],
      missing: [],
      cluster: { distribution: 'k3s', nodes: 3, highlyAvailable: true },
      ...spec,
    },
    'example',
  )

const denyAll = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }

export const namespace = (spec: Partial<NamespaceView['spec']> = {}) =>
  view<NamespaceView['spec']>('Namespace', 'example', {
    variant: 'baseline/k3s-edge',
    labels: { 'meridian/admission': 'enforced', 'pod-security.kubernetes.io/enforce': 'restricted' },
    networkPolicies: { 'default-deny': denyAll },
    quotas: [{ hard: { pods: '20', 'requests.cpu': '4', 'requests.memory': '8Gi' } }],
    limitRanges: [{ limits: [{ type: 'Container', default: { cpu: '1', memory: '1Gi' } }] }],
    workloads: ['Deployment app'],
    cluster: { distribution: 'k3s' },
    ...spec,
  })

/** A server. */
export const node = (spec: Partial<NodeView['spec']> = {}) =>
  view<NodeView['spec']>('Node', 'server-ha', {
    server: true,
    config: {
      'protect-kernel-defaults': true,
      'secrets-encryption': true,
      'secrets-encryption-provider': 'secretbox',
      'flannel-backend': 'wireguard-native',
      'write-kubeconfig-mode': '0600',
      'default-local-storage-path': '/var/lib/rancher/k3s/storage',
    },
    args: {
      'kube-apiserver': {
        'anonymous-auth': 'false',
        profiling: 'false',
        'enable-admission-plugins': 'NodeRestriction,EventRateLimit',
        'audit-policy-file': '/etc/rancher/k3s/audit.yaml',
        'audit-log-path': '/var/log/kubernetes/audit/audit.log',
        'audit-log-maxage': '30',
        'tls-min-version': 'VersionTLS13',
      },
      'kube-controller-manager': { profiling: 'false', 'tls-min-version': 'VersionTLS13' },
      'kube-scheduler': { profiling: 'false', 'tls-min-version': 'VersionTLS13' },
    },
    kubelet: {
      authentication: { anonymous: { enabled: false } },
      authorization: { mode: 'Webhook' },
      readOnlyPort: 0,
      tlsMinVersion: 'VersionTLS13',
      seccompDefault: true,
    },
    audit: { rules: [{ level: 'Metadata' }] },
    admission: {
      plugins: [{ name: 'PodSecurity', configuration: { defaults: { enforce: 'restricted' } } }],
    },
    sysctl: { 'kernel.panic_on_oops': '1', 'kernel.panic': '10', 'vm.overcommit_memory': '1' },
    scripts: {
      'disk/meridian-disk': [
        'cryptsetup luksFormat --batch-mode --type luks2 --cipher aes-xts-plain64 --key-size 512 "$partition"',
        'for directory in /var/lib/rancher /var/lib/kubelet /var/log/pods /var/log/kubernetes; do',
        'swapoff --all',
      ],
      'install.sh': ['/usr/local/sbin/meridian-disk'],
    },
    files: ['config.yaml', 'disk/meridian-disk', 'image-verifier/cosign'],
    ...spec,
  })

export const cluster = (spec: Partial<ClusterView['spec']> = {}) =>
  view<ClusterView['spec']>('Cluster', 'xyz1', {
    distribution: 'k3s',
    edge: true,
    wave: 'early',
    runs: Object.fromEntries(
      [
        'argocd',
        'baseline',
        'cache',
        'cert-manager',
        'external-secrets',
        'gateway',
        'identities',
        'inference',
        'observability',
        'policies',
        'router',
        'upgrades',
      ].map((app) => [app, 'small']),
    ),
    revisions: ['wave/early'],
    strayProjects: [],
    manual: [],
    strayPaths: [],
    unrendered: [],
    readsIdentity: true,
    roots: [{ node: 'xyz1-a', revision: 'wave/early', path: 'rendered/clusters/xyz1/apps' }],
    nodes: [clusterNode],
    shippedLogs: ['/var/log/kubernetes/audit/*.log'],
    ...spec,
  })

export const clusterNode = {
  name: 'xyz1-a',
  server: true,
  variant: 'server-single',
  known: true,
  closed: true,
  auditLog: '/var/log/kubernetes/audit/audit.log',
}

/** The gateway in front and the router behind it. */
export const programs: RouteView['spec']['programs'] = [
  {
    workload: 'gateway/gateway',
    variant: 'gateway/small',
    entrance: true,
    route: { id: 'web', public: true },
    config: { waf: { mode: 'block', paranoiaLevel: 1 }, tls: { minVersion: '1.3' } },
  },
  {
    workload: 'router/router',
    variant: 'router/small',
    entrance: false,
    route: { id: 'web', upstream: 'web' },
    config: { upstreams: { web: { regions: ['eu-west-1'] } } },
  },
]

export const route = (spec: Partial<RouteView['spec']> = {}) =>
  view<RouteView['spec']>('Route', 'web', {
    host: 'www.meridian.example',
    path: '/',
    public: true,
    upstream: 'web',
    programs,
    silent: [],
    entrances: [{ region: 'eu-west-1', host: 'eu-west-1.origin.meridian.example', port: 443 }],
    ...spec,
  })

export const budget = (spec: Partial<BudgetView['spec']> = {}) =>
  view<BudgetView['spec']>('Budget', 'platform', {
    lines: [1100, 520, 2095, 2200, 1800, 650, 250, 600, 550].map((allocationUsdPerMonth, index) => ({
      id: `line-${index + 1}`,
      allocationUsdPerMonth,
    })),
    plannedUsdPerMonth: 9765,
    budgetUsdPerMonth: 11_718,
    limitUsdPerMonth: 11_718,
    ...spec,
  })

export const platform = (spec: Partial<PlatformView['spec']> = {}) =>
  view<PlatformView['spec']>('Platform', 'platform', { logRetentionDays: 365, ...spec })
