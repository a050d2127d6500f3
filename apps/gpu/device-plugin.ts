import { createHash } from 'node:crypto'
import type { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-28'
import { gpuNodeLabel, gpuRuntimeClass, gpuTolerations } from '../_lib/gpu.ts'
import { podLabels } from '../_lib/network.ts'

const name = 'nvidia-device-plugin'
const namespace = 'node-agents'
const kubeletFolder = '/var/lib/kubelet/device-plugins'

/**
 * NVIDIA's device plugin, after its own manifest (deployments/static in NVIDIA/k8s-device-plugin), hardened as far
 * as it bears: it runs as root because the kubelet's plugin folder belongs to root, and mounts that folder to put
 * its socket there. It has no capabilities, no API token and no network.
 */
export function devicePlugin(
  chart: Chart,
  { image, sharesPerGpu }: { image: string; sharesPerGpu: number },
): void {
  const metadata = { name, namespace, labels: podLabels(name) }
  const config = pluginConfig(sharesPerGpu)
  new k8s.KubeServiceAccount(chart, 'service-account', { metadata, automountServiceAccountToken: false })
  new k8s.KubeConfigMap(chart, 'config', {
    metadata: { ...metadata, name: `${name}-config` },
    data: { 'config.json': config },
  })
  new k8s.KubeDaemonSet(chart, 'daemon-set', {
    metadata,
    spec: {
      selector: { matchLabels: podLabels(name) },
      revisionHistoryLimit: 3,
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(1) },
      },
      template: {
        metadata: {
          labels: podLabels(name),
          // It reads its file once, so a new one must replace the pods.
          annotations: {
            'meridian/config-digest': createHash('sha256').update(config).digest('hex').slice(0, 16),
          },
        },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          priorityClassName: 'system-node-critical',
          // The driver's libraries come with it; without them the plugin sees no GPU.
          runtimeClassName: gpuRuntimeClass,
          nodeSelector: { ...gpuNodeLabel },
          tolerations: [...gpuTolerations],
          securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container(image)],
          volumes: [
            { name: 'kubelet', hostPath: { path: kubeletFolder, type: 'Directory' } },
            { name: 'config', configMap: { name: `${name}-config` } },
          ],
        },
      },
    },
  })
}

function container(image: string): k8s.Container {
  const amounts = (cpu: string, memory: string, storage: string) => ({
    cpu: k8s.Quantity.fromString(cpu),
    memory: k8s.Quantity.fromString(memory),
    'ephemeral-storage': k8s.Quantity.fromString(storage),
  })
  return {
    name,
    image,
    args: ['--config-file=/etc/nvidia-device-plugin/config.json'],
    env: [
      { name: 'NVIDIA_VISIBLE_DEVICES', value: 'all' },
      { name: 'NVIDIA_DRIVER_CAPABILITIES', value: 'utility' },
    ],
    resources: { requests: amounts('10m', '64Mi', '16Mi'), limits: amounts('200m', '256Mi', '64Mi') },
    securityContext: {
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'kubelet', mountPath: kubeletFolder },
      { name: 'config', mountPath: '/etc/nvidia-device-plugin', readOnly: true },
    ],
  }
}

/**
 * The plugin's configuration, version v1. One GPU counts as several, so that a rolling update finds a free one on a
 * node that has a single GPU; a pod that asks for two is refused, because two shares are no faster than one.
 */
function pluginConfig(sharesPerGpu: number): string {
  const config = {
    version: 'v1',
    flags: { migStrategy: 'none', failOnInitError: true },
    sharing: {
      timeSlicing: {
        renameByDefault: false,
        failRequestsGreaterThanOne: true,
        resources: [{ name: 'nvidia.com/gpu', replicas: sharesPerGpu }],
      },
    },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
