import { z } from 'zod'

/** What the API server matches a binding against. */
export const Packaged = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
})
export type Packaged = z.infer<typeof Packaged>

const namespace = 'kube-system'
const rbac = 'rbac.authorization.k8s.io/v1'

/**
 * What K3s brings along by itself, reduced to what rules of ours would object to: the packaged components of K3s
 * (its repository: manifests/coredns.yaml, local-storage.yaml, metrics-server/, pkg/cloudprovider/servicelb.go, each as
 * of some release: versions do not matter here).
 * Images have tags, accounts hold tokens, the load balancer takes ports of the host, roles have wildcards.
 */
export const packaged: readonly Packaged[] = [
  deployment('coredns', {
    labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/name': 'CoreDNS' },
    account: 'coredns',
    container: {
      image: 'rancher/coredns-coredns:1.8.3',
      ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }],
      resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { add: ['NET_BIND_SERVICE'], drop: ['all'] },
        readOnlyRootFilesystem: true,
      },
    },
  }),
  object('v1', 'Service', 'kube-dns', { spec: { ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] } }),
  object('v1', 'ServiceAccount', 'coredns', {}),
  object(rbac, 'ClusterRole', 'system:coredns', {
    rules: [
      {
        apiGroups: [''],
        resources: ['endpoints', 'services', 'pods', 'namespaces'],
        verbs: ['list', 'watch'],
      },
    ],
  }),
  deployment('local-path-provisioner', {
    account: 'local-path-provisioner-service-account',
    container: {
      image: 'rancher/local-path-provisioner:v0.0.29',
      command: ['local-path-provisioner', 'start'],
    },
  }),
  object('v1', 'ConfigMap', 'local-path-config', { data: { setup: 'mkdir -m 0777 -p "$VOL_DIR"' } }),
  object(rbac, 'ClusterRole', 'local-path-provisioner-role', {
    rules: [{ apiGroups: [''], resources: ['endpoints', 'persistentvolumes', 'pods'], verbs: ['*'] }],
  }),
  object('storage.k8s.io/v1', 'StorageClass', 'local-path', { provisioner: 'rancher.io/local-path' }),
  deployment('metrics-server', {
    labels: { 'k8s-app': 'metrics-server' },
    account: 'metrics-server',
    container: {
      image: 'rancher/metrics-server:v0.3.6',
    },
  }),
  object(rbac, 'ClusterRoleBinding', 'metrics-server:system:auth-delegator', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:auth-delegator' },
    subjects: [{ kind: 'ServiceAccount', name: 'metrics-server', namespace }],
  }),
  // The load balancer of the Service gateway/gateway.
  object('apps/v1', 'DaemonSet', 'svclb-gateway-00000000', {
    spec: {
      template: {
        spec: {
          serviceAccountName: 'svclb',
          automountServiceAccountToken: false,
          priorityClassName: 'system-node-critical',
          securityContext: { sysctls: [{ name: 'net.ipv4.ip_forward', value: '1' }] },
          containers: [
            {
              name: 'lb-tcp-443',
              image: 'rancher/klipper-lb:v0.4.9',
              ports: [{ name: 'lb-tcp-443', containerPort: 443, hostPort: 443, protocol: 'TCP' }],
              securityContext: { capabilities: { add: ['NET_ADMIN'] } },
            },
          ],
        },
      },
    },
  }),
  object('helm.cattle.io/v1', 'HelmChart', 'argocd', { spec: { targetNamespace: 'argocd' } }),
]

interface Component {
  readonly labels?: Readonly<Record<string, string>>
  readonly account: string
  readonly container: object
}

function deployment(name: string, { labels = {}, account, container }: Component): Packaged {
  const spec = { serviceAccountName: account, containers: [{ name, ...container }] }
  return object('apps/v1', 'Deployment', name, { spec: { template: { spec } } }, labels)
}

function object(apiVersion: string, kind: string, name: string, fields: object, labels = {}): Packaged {
  const clusterScoped = ['ClusterRole', 'ClusterRoleBinding', 'StorageClass'].includes(kind)
  const metadata = { name, labels, ...(!clusterScoped && { namespace }) }
  return Packaged.parse({ apiVersion, kind, metadata, ...fields })
}
