import type { k8s } from 'cdk8s-plus-28'

/**
 * The label of a node with a GPU, as NVIDIA's own discovery writes it. K3s sets it when the node is born
 * (`node-label` in its config), so that nothing has to run on every node to find the GPUs.
 */
export const gpuNodeLabel = { 'nvidia.com/gpu.present': 'true' } as const

/** The RuntimeClass that puts the driver's libraries into a container; K3s names its handler after it. */
export const gpuRuntimeClass = 'nvidia'

/** A site may keep a GPU node for those who need it; they bear its taint. */
export const gpuTolerations: readonly k8s.Toleration[] = [
  { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
]
