import type { Cluster, Machines } from '../../clusters/schema.ts'

const reserved = { milliCpu: 500, memoryMiB: 1536 + 256, diskGiB: 10 }
const podsPerNode = 110

/** A cluster's nodes as K3s would register them: names, labels, addresses and sizes from the facts. */
export function nodeObjects(cluster: Cluster, machines: Machines, labels: Readonly<Record<string, string>>) {
  return cluster.nodes.map((node) => {
    const machine = machines[node.machine]
    if (!machine) throw new Error(`no machine ${node.machine}`)
    const gpu = machine.gpu && { 'nvidia.com/gpu': '1' }
    const pods = String(podsPerNode)
    const { cpu, memoryGiB, diskGiB } = machine
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: node.name,
        labels: {
          'kubernetes.io/arch': 'amd64',
          'kubernetes.io/hostname': node.name,
          'kubernetes.io/os': 'linux',
          'node.kubernetes.io/instance-type': 'k3s',
          ...(node.role === 'server' && {
            'node-role.kubernetes.io/control-plane': 'true',
            'node-role.kubernetes.io/etcd': 'true',
          }),
          ...labels,
        },
      },
      status: {
        addresses: [
          { type: 'InternalIP', address: node.address },
          { type: 'Hostname', address: node.name },
        ],
        capacity: {
          cpu: `${cpu}`,
          memory: `${memoryGiB}Gi`,
          'ephemeral-storage': `${diskGiB}Gi`,
          pods,
          ...gpu,
        },
        allocatable: {
          cpu: `${cpu * 1000 - reserved.milliCpu}m`,
          memory: `${memoryGiB * 1024 - reserved.memoryMiB}Mi`,
          'ephemeral-storage': `${diskGiB - reserved.diskGiB}Gi`,
          pods,
          ...gpu,
        },
      },
    }
  })
}
