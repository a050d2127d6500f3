import { amounts, type Size } from '../_lib/size.ts'

/**
 * How many servers, and how much each gets. Models fill under half of what is asked for, else their weight alone
 * would make the autoscaler add replicas.
 */
export const sizes = {
  small: {
    minReplicas: 1,
    maxReplicas: 2,
    threads: 2,
    memoryMiB: 768,
    ...amounts(['1', '3'], ['2Gi', '4Gi']),
  },
  medium: {
    minReplicas: 3,
    maxReplicas: 4,
    threads: 4,
    memoryMiB: 1536,
    ...amounts(['2', '6'], ['4Gi', '8Gi']),
  },
  large: {
    minReplicas: 3,
    maxReplicas: 4,
    threads: 4,
    memoryMiB: 3072,
    ...amounts(['3', '6'], ['8Gi', '12Gi']),
  },
}

/** What an operator may turn for one cluster, in its facts. */
export const defaults = (size: Size) => ({
  maxReplicas: sizes[size].maxReplicas,
  logLevel: 'info' as const,
  threads: sizes[size].threads,
  memoryMiB: sizes[size].memoryMiB,
  traceRatio: 0.01,
})
