import type { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-28'
import { containerSecurityContext } from '../_lib/hardened.ts'
import { fromIdentity } from '../_lib/identity.ts'
import { networkPolicy, podLabels } from '../_lib/network.ts'
import { trustBundle } from './certificate-authority.ts'
import { driverName, issuanceArguments } from './issuance.ts'

const name = 'spiffe-csi-driver'
const namespace = 'node-agents'
const kubelet = '/var/lib/kubelet'
const plugin = `${kubelet}/plugins/${driverName}`
const healthPort = 9809

export interface CsiDriverImages {
  readonly driver: string
  readonly nodeDriverRegistrar: string
  readonly livenessProbe: string
}

/** Puts a certificate into a pod before it starts and renews it in place; a DaemonSet among the node agents. */
export function csiDriver(chart: Chart, images: CsiDriverImages): void {
  const metadata = { name, namespace, labels: podLabels(name) }
  new k8s.KubeCsiDriver(chart, name, {
    metadata: { name: driverName },
    spec: {
      podInfoOnMount: true,
      volumeLifecycleModes: ['Ephemeral'],
      attachRequired: false,
      // The kubelet hands over the pod's own token: the driver asks as the pod.
      tokenRequests: [{ audience: '', expirationSeconds: 3600 }],
      requiresRepublish: true,
    },
  })
  new k8s.KubeServiceAccount(chart, `${name}-account`, { metadata, automountServiceAccountToken: false })
  rights(chart)
  networkPolicy(chart, { namespace, app: name })
  new k8s.KubeDaemonSet(chart, `${name}-pods`, {
    metadata,
    spec: {
      selector: { matchLabels: podLabels(name) },
      updateStrategy: { type: 'RollingUpdate' },
      template: {
        metadata: {
          labels: podLabels(name),
          annotations: { 'kubectl.kubernetes.io/default-container': 'driver' },
        },
        spec: podSpec(images),
      },
    },
  })
}

function podSpec(images: CsiDriverImages): k8s.PodSpec {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    priorityClassName: 'system-node-critical',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    // No pod starts on a node without it, so no taint keeps it away.
    tolerations: [{ operator: 'Exists' }],
    securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    containers: [driver(images.driver), registrar(images.nodeDriverRegistrar), prober(images.livenessProbe)],
    volumes: [
      hostPath('plugin', plugin, 'DirectoryOrCreate'),
      hostPath('registration', `${kubelet}/plugins_registry`, 'Directory'),
      hostPath('pods', `${kubelet}/pods`, 'Directory'),
      // Keys lie in a tmpfs that the driver mounts here.
      hostPath('data', '/tmp/cert-manager-csi-driver', 'DirectoryOrCreate'),
      { name: trustBundle, secret: { secretName: trustBundle } },
    ],
  }
}

function driver(image: string): k8s.Container {
  return {
    name: 'driver',
    image,
    args: [
      '--log-level=1',
      ...issuanceArguments,
      '--file-name-certificate=tls.crt',
      '--file-name-key=tls.key',
      '--file-name-ca=ca.crt',
      `--source-ca-bundle=/etc/${trustBundle}/ca.crt`,
      '--node-id=$(NODE_ID)',
      '--endpoint=unix://plugin/csi.sock',
      '--data-root=csi-data-dir',
    ],
    env: [
      { name: 'NODE_ID', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      fromIdentity('TRUST_DOMAIN'),
    ],
    ports: [{ name: 'healthz', containerPort: healthPort, protocol: 'TCP' }],
    livenessProbe: {
      httpGet: { path: '/healthz', port: k8s.IntOrString.fromString('healthz') },
      initialDelaySeconds: 5,
      timeoutSeconds: 5,
    },
    // Mounting into another pod's folder takes a privileged container: Linux has no narrower right for it.
    securityContext: {
      privileged: true,
      runAsUser: 0,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: small('64Mi', '128Mi'),
    volumeMounts: [
      { name: 'plugin', mountPath: '/plugin' },
      { name: 'pods', mountPath: `${kubelet}/pods`, mountPropagation: 'Bidirectional' },
      { name: 'data', mountPath: '/csi-data-dir' },
      { name: trustBundle, mountPath: `/etc/${trustBundle}`, readOnly: true },
    ],
  }
}

function registrar(image: string): k8s.Container {
  return {
    name: 'node-driver-registrar',
    image,
    args: ['-v=1', '--csi-address=/plugin/csi.sock', `--kubelet-registration-path=${plugin}/csi.sock`],
    securityContext: rootOverSocket,
    resources: small('16Mi', '64Mi'),
    volumeMounts: [
      { name: 'plugin', mountPath: '/plugin' },
      { name: 'registration', mountPath: '/registration' },
    ],
  }
}

function prober(image: string): k8s.Container {
  return {
    name: 'liveness-probe',
    image,
    args: ['-v=1', '--csi-address=/plugin/csi.sock', '--probe-timeout=3s', `--health-port=${healthPort}`],
    securityContext: rootOverSocket,
    resources: small('16Mi', '64Mi'),
    volumeMounts: [{ name: 'plugin', mountPath: '/plugin' }],
  }
}

/** Root, because the kubelet's sockets are root's; nothing else that root can do. */
const rootOverSocket: k8s.SecurityContext = { ...containerSecurityContext, runAsNonRoot: false, runAsUser: 0 }

function small(request: string, limit: string): k8s.ResourceRequirements {
  const quantity = k8s.Quantity.fromString
  return {
    requests: { cpu: quantity('10m'), memory: quantity(request), 'ephemeral-storage': quantity('16Mi') },
    limits: { cpu: quantity('200m'), memory: quantity(limit), 'ephemeral-storage': quantity('64Mi') },
  }
}

function hostPath(volume: string, path: string, type: string): k8s.Volume {
  return { name: volume, hostPath: { path, type } }
}

function rights(chart: Chart): void {
  new k8s.KubeClusterRole(chart, `${name}-role`, {
    metadata: { name },
    // Requests are created with the pod's own token, so `create` is not among these.
    rules: [
      {
        apiGroups: ['cert-manager.io'],
        resources: ['certificaterequests'],
        verbs: ['list', 'watch', 'delete'],
      },
    ],
  })
  new k8s.KubeClusterRoleBinding(chart, `${name}-binding`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  })
}
