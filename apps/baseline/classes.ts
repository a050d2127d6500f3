import type { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-28'
import type { ClusterTraits } from '../_lib/app.ts'

/** Who gives way when a node is full: batch first, then workloads; what lets users in stays. */
export function priorityClasses(chart: Chart): void {
  priorityClass(chart, 'meridian-critical', 1_000_000, 'The way in and what it cannot do without.')
  priorityClass(chart, 'meridian-workload', 100_000, 'Services that answer requests.')
  new k8s.KubePriorityClass(chart, 'meridian-batch', {
    metadata: { name: 'meridian-batch' },
    value: 1_000,
    preemptionPolicy: 'Never',
    description: 'Work that can wait; it drives nobody out.',
  })
}

function priorityClass(chart: Chart, name: string, value: number, description: string): void {
  new k8s.KubePriorityClass(chart, name, { metadata: { name }, value, description })
}

/** `encrypted`: the one class that workloads name. On K3s its volumes lie on the node's LUKS disk, in AWS under our key. */
export function storageClass(
  chart: Chart,
  distribution: ClusterTraits['distribution'],
  volumeKey: string | undefined,
): void {
  const k3s = distribution === 'k3s'
  new k8s.KubeStorageClass(chart, 'encrypted', {
    metadata: { name: 'encrypted' },
    provisioner: k3s ? 'rancher.io/local-path' : 'ebs.csi.aws.com',
    parameters: k3s
      ? undefined
      : {
          type: 'gp3',
          encrypted: 'true',
          ...(volumeKey ? { kmsKeyId: volumeKey } : {}),
          'csi.storage.k8s.io/fstype': 'ext4',
        },
    reclaimPolicy: 'Delete',
    // The volume must be where its pod runs: on that node, in that zone.
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: !k3s,
  })
}
