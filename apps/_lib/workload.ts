import { k8s } from 'cdk8s-plus-28'
import type { Construct } from 'constructs'
import { type NetworkProps, networkPolicy, podLabels } from './network.ts'
import { configKey, podTemplate, scrape, scratchEntries } from './pod.ts'
import type { WorkloadProps } from './workload-props.ts'

/**
 * A hardened workload: the short way to write an app. It makes the service account, the Deployment or
 * StatefulSet, the Service, the NetworkPolicy, the autoscaler, the disruption budget and the ConfigMap.
 *
 * Its pods are non-root, with a read-only root file system, the runtime's seccomp profile, no capabilities and
 * no API token; they spread over the nodes and present a certificate of their own.
 */
export function workload(chart: Construct, name: string, props: WorkloadProps): void {
  const metadata = { name, namespace: props.namespace, labels: podLabels(name) }
  new k8s.KubeServiceAccount(chart, 'service-account', {
    metadata: props.awsRole
      ? { ...metadata, annotations: { 'eks.amazonaws.com/role-arn': props.awsRole } }
      : metadata,
    automountServiceAccountToken: false,
  })
  if (props.config) {
    new k8s.KubeConfigMap(chart, 'config', {
      metadata: { ...metadata, name: `${name}-config` },
      data: Object.fromEntries(Object.entries(props.config).map(([file, text]) => [configKey(file), text])),
    })
  }
  controller(chart, name, props)
  services(chart, name, props)
  networkPolicy(chart, { namespace: props.namespace, app: name, ...props.network, from: callers(props) })
  availability(chart, name, props)
}

function controller(chart: Construct, name: string, props: WorkloadProps): void {
  const metadata = { name, namespace: props.namespace, labels: podLabels(name) }
  const fixed = props.replicas.min === props.replicas.max
  const common = {
    // An autoscaler owns the number, so git must not.
    ...(fixed ? { replicas: props.replicas.min } : {}),
    selector: { matchLabels: podLabels(name) },
    template: podTemplate(name, props),
    revisionHistoryLimit: 3,
  }
  if (props.kind === 'StatefulSet') {
    new k8s.KubeStatefulSet(chart, 'stateful-set', {
      metadata,
      spec: {
        ...common,
        serviceName: props.headless ? `${name}-pods` : name,
        podManagementPolicy: 'Parallel',
        volumeClaimTemplates: scratchEntries(props, true).map(([volume, { size }]) => ({
          metadata: { name: volume },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'encrypted',
            resources: { requests: { storage: k8s.Quantity.fromString(size) } },
          },
        })),
      },
    })
    return
  }
  if (scratchEntries(props, true).length > 0) {
    throw new TypeError(`${name}: a persistent volume needs kind: 'StatefulSet'`)
  }
  new k8s.KubeDeployment(chart, 'deployment', {
    metadata,
    spec: {
      ...common,
      // After this a rollout counts as failed, and Argo CD shows it.
      progressDeadlineSeconds: 120,
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: {
          maxUnavailable: k8s.IntOrString.fromNumber(0),
          maxSurge: k8s.IntOrString.fromNumber(1),
        },
      },
    },
  })
}

function services(chart: Construct, name: string, props: WorkloadProps): void {
  const exposed = props.ports.filter(({ tls }) => tls !== undefined)
  if (exposed.length === 0 && !props.headless) return
  const ports = exposed.map(({ name, port, servicePort = port, nodePort, protocol = 'TCP', tls }) => ({
    name,
    port: servicePort,
    protocol,
    targetPort: k8s.IntOrString.fromString(name),
    nodePort,
    appProtocol: tls,
  }))
  const metadata = { name, namespace: props.namespace, labels: podLabels(name) }
  const entrance = props.serviceType === 'LoadBalancer'
  new k8s.KubeService(chart, 'service', {
    metadata,
    spec: {
      type:
        props.serviceType ??
        (ports.some(({ nodePort }) => nodePort !== undefined) ? 'NodePort' : 'ClusterIP'),
      selector: podLabels(name),
      ports,
      // The client's address must survive: rates, reputation and geo rules judge by it.
      ...(entrance ? { externalTrafficPolicy: 'Local' } : {}),
    },
  })
  if (props.headless) {
    new k8s.KubeService(chart, 'service-pods', {
      metadata: { ...metadata, name: `${name}-pods` },
      spec: { clusterIp: 'None', publishNotReadyAddresses: true, selector: podLabels(name), ports },
    })
  }
}

function callers(props: WorkloadProps): NetworkProps['from'] {
  const metrics = scrape(props)
  const agent = metrics && [
    { namespace: 'observability', app: 'prometheus', ports: [{ port: metrics.port }] } as const,
  ]
  return [...(props.network?.from ?? []), ...(agent ?? [])]
}

function availability(chart: Construct, name: string, props: WorkloadProps): void {
  const metadata = { name, namespace: props.namespace, labels: podLabels(name) }
  const { min, max } = props.replicas
  if (max > min) {
    new k8s.KubeHorizontalPodAutoscalerV2(chart, 'autoscaler', {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: props.kind ?? 'Deployment', name },
        minReplicas: min,
        maxReplicas: max,
        metrics: (['cpu', 'memory'] as const).map((resource) => ({
          type: 'Resource',
          resource: { name: resource, target: { type: 'Utilization', averageUtilization: 75 } },
        })),
      },
    })
  }
  if (min > 1) {
    new k8s.KubePodDisruptionBudget(chart, 'disruption-budget', {
      metadata,
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: podLabels(name) },
        // A pod that is not ready protects nobody: it must not block a drain.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    })
  }
}
