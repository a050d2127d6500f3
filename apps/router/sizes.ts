import { amounts, type Size } from '../_lib/size.ts'

/**
 * How many routers, and how much each gets. Two even on one node: a StatefulSet replaces a pod in place, and the
 * other one answers meanwhile. L1 stays well under half of what is asked for, else a full cache alone would make the
 * autoscaler add replicas.
 */
export const sizes = {
  small: {
    minReplicas: 2,
    maxReplicas: 3,
    memoryMiB: 768,
    diskGiB: 20,
    ...amounts(['500m', '2'], ['2Gi', '3Gi']),
  },
  medium: {
    minReplicas: 3,
    maxReplicas: 6,
    memoryMiB: 1536,
    diskGiB: 60,
    ...amounts(['1', '4'], ['4Gi', '6Gi']),
  },
  large: {
    minReplicas: 3,
    maxReplicas: 6,
    memoryMiB: 2560,
    diskGiB: 120,
    ...amounts(['2', '4'], ['6Gi', '8Gi']),
  },
}

/** What an operator may turn for one cluster, in its facts. */
export const defaults = (size: Size) => ({
  maxReplicas: sizes[size].maxReplicas,
  logLevel: 'info' as const,
  memoryMiB: sizes[size].memoryMiB,
  traceRatio: 0.01,
})
