import type { KubernetesObject } from '../../../../apps/_lib/app.ts'

/** What differs between clusters of different sizes. Peers put the names of their variables in these places. */
export interface Values {
  readonly image: string
  readonly logLevel: string
  readonly minReplicas: number | string
  readonly maxReplicas: number | string
  readonly cpu: string
  readonly memory: string
}

/** Marks every object once, so that objects can be counted in any format without parsing it. */
export const countedLabel = 'bench-synth/object'

/** The ten objects of one app, as plain data: the same for ours and for every peer. */
export function tenObjects(name: string, namespace: string, values: Values): readonly KubernetesObject[] {
  const podLabels = { 'app.kubernetes.io/name': name }
  const metadata = { name, namespace, labels: { ...podLabels, [countedLabel]: 'counted' } }
  const tcp = (port: number) => ({ port, protocol: 'TCP' })
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { LOG_LEVEL: values.logLevel, LISTEN: '0.0.0.0:8443', PEER_TIMEOUT: '250ms' },
    },
    deployment(name, metadata, podLabels, values),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector: podLabels,
        ports: [{ name: 'https', port: 443, targetPort: 'https', appProtocol: 'https' }],
      },
    },
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: values.minReplicas,
        maxReplicas: values.maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
          },
        ],
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: podLabels } },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { ...metadata, name: `${name}-ingress` },
      spec: {
        podSelector: { matchLabels: podLabels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: podLabels } }], ports: [tcp(8443)] }],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { ...metadata, name: `${name}-egress` },
      spec: {
        podSelector: { matchLabels: podLabels },
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/24' } }], ports: [tcp(443), tcp(6379)] }],
      },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'watch'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ]
}

function deployment(
  name: string,
  metadata: KubernetesObject['metadata'],
  podLabels: Readonly<Record<string, string>>,
  { image, cpu, memory }: Values,
): KubernetesObject {
  const probe = (path: string) => ({ httpGet: { path, port: 'probes' }, periodSeconds: 10 })
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      revisionHistoryLimit: 3,
      selector: { matchLabels: podLabels },
      template: {
        metadata: { labels: podLabels },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: podLabels },
            },
          ],
          containers: [
            {
              name,
              image,
              envFrom: [{ configMapRef: { name } }],
              ports: [
                { name: 'https', containerPort: 8443 },
                { name: 'probes', containerPort: 8080 },
              ],
              resources: { requests: { cpu, memory }, limits: { memory } },
              livenessProbe: probe('/live'),
              readinessProbe: probe('/ready'),
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  }
}
