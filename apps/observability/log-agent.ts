import { createHash } from 'node:crypto'
import { k8s } from 'cdk8s-plus-28'
import { Construct } from 'constructs'
import { fromIdentity, identityMounts, identityVolumes } from '../_lib/identity.ts'
import { networkPolicy, podLabels } from '../_lib/network.ts'
import { clusterReader } from './cluster-reader.ts'
import { folders, type LogAgentConfigProps, logAgentConfig, logAgentPorts } from './log-agent-config.ts'
import type { Size } from './sizes.ts'

const name = 'log-agent'
const namespace = 'node-agents'
const port = logAgentPorts.metrics

export interface LogAgentProps extends LogAgentConfigProps {
  readonly image: string
  readonly size: Size
}

/**
 * Vector on every node. It runs as root, because the container runtime's log files and the audit log belong to
 * root; it has no capabilities, and of the node's folders it may write its own alone.
 */
export function logAgent(parent: Construct, props: LogAgentProps): void {
  const scope = new Construct(parent, name)
  const metadata = { name, namespace, labels: podLabels(name) }
  const config = logAgentConfig(props)
  new k8s.KubeServiceAccount(scope, 'service-account', { metadata, automountServiceAccountToken: false })
  clusterReader(scope, { name, namespace, rules: [{ apiGroups: [''], resources: ['pods', 'nodes'] }] })
  new k8s.KubeConfigMap(scope, 'config', {
    metadata: { ...metadata, name: `${name}-config` },
    data: { 'vector.json': config },
  })
  new k8s.KubeDaemonSet(scope, 'daemon-set', {
    metadata,
    spec: {
      selector: { matchLabels: podLabels(name) },
      revisionHistoryLimit: 3,
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(1) },
      },
      template: { metadata: podMetadata(config), spec: pod(props) },
    },
  })
  networkPolicy(scope, {
    namespace,
    app: name,
    from: [{ namespace: 'observability', app: 'prometheus', ports: [{ port }] }],
  })
}

function podMetadata(config: string): k8s.ObjectMeta {
  return {
    labels: podLabels(name),
    annotations: {
      'meridian/config-digest': createHash('sha256').update(config).digest('hex').slice(0, 16),
      'prometheus.io/port': String(port),
      'prometheus.io/path': '/metrics',
    },
  }
}

function pod({ image, auditLog, size }: LogAgentProps): k8s.PodSpec {
  return {
    serviceAccountName: name,
    // It asks the API server whose a log file is.
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    priorityClassName: 'system-node-critical',
    // Logs of a node that is kept for others, too.
    tolerations: [{ operator: 'Exists' }],
    terminationGracePeriodSeconds: 60,
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container(image, size, auditLog)],
    volumes: [
      { name: 'config', configMap: { name: `${name}-config` } },
      ...identityVolumes,
      hostPath('pods', folders.pods),
      ...(auditLog ? [hostPath('audit', folders.audit)] : []),
      hostPath('proc', '/proc'),
      hostPath('sys', '/sys'),
      // On the node's encrypted disk: what waits there is not lost with the pod.
      { name: 'state', hostPath: { path: '/var/lib/meridian/vector', type: 'DirectoryOrCreate' } },
    ],
  }
}

function container(image: string, size: Size, auditLog: boolean): k8s.Container {
  const readOnly = (volume: string, mountPath: string) => ({ name: volume, mountPath, readOnly: true })
  return {
    name,
    image,
    args: [
      '--config=/etc/vector/vector.json',
      '--require-healthy=false',
      '--watch-config',
      // The certificate's folder is swapped as a whole, which file notifications miss.
      '--watch-config-method=poll',
      '--watch-config-poll-interval-seconds=60',
    ],
    env: [
      fromIdentity('CLUSTER'),
      { name: 'VECTOR_SELF_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      { name: 'VECTOR_LOG_FORMAT', value: 'json' },
      { name: 'PROCFS_ROOT', value: folders.proc },
      { name: 'SYSFS_ROOT', value: folders.sys },
    ],
    ports: [{ name: 'metrics', containerPort: port, protocol: 'TCP' }],
    resources: {
      requests: amounts(size.logAgent.requests, '64Mi'),
      limits: amounts(size.logAgent.limits, '256Mi'),
    },
    securityContext: {
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    livenessProbe: probe(30),
    readinessProbe: probe(10),
    volumeMounts: [
      readOnly('config', '/etc/vector'),
      ...identityMounts,
      readOnly('pods', folders.pods),
      ...(auditLog ? [readOnly('audit', folders.audit)] : []),
      readOnly('proc', folders.proc),
      readOnly('sys', folders.sys),
      { name: 'state', mountPath: folders.state },
    ],
  }
}

function hostPath(volume: string, path: string): k8s.Volume {
  return { name: volume, hostPath: { path, type: 'Directory' } }
}

function amounts(
  { cpu, memory }: { cpu: string; memory: string },
  storage: string,
): Record<string, k8s.Quantity> {
  return {
    cpu: k8s.Quantity.fromString(cpu),
    memory: k8s.Quantity.fromString(memory),
    'ephemeral-storage': k8s.Quantity.fromString(storage),
  }
}

function probe(periodSeconds: number): k8s.Probe {
  return {
    httpGet: { path: '/metrics', port: k8s.IntOrString.fromNumber(port) },
    periodSeconds,
    timeoutSeconds: 5,
  }
}
