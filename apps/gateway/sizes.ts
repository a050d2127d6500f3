import { amounts, type Size } from '../_lib/size.ts'

/**
 * How many gateways, and how much each gets. At least one on each node: with `externalTrafficPolicy: Local` only a
 * node with a gateway sees clients' addresses.
 */
export const sizes = {
  small: { minReplicas: 1, maxReplicas: 2, ...amounts(['500m', '2'], ['512Mi', '1Gi']) },
  medium: { minReplicas: 3, maxReplicas: 5, ...amounts(['1', '4'], ['1Gi', '2Gi']) },
  large: { minReplicas: 3, maxReplicas: 5, ...amounts(['2', '4'], ['2Gi', '3Gi']) },
}

/** What an operator may turn for one cluster, in its facts. */
export const defaults = (size: Size) => ({
  maxReplicas: sizes[size].maxReplicas,
  logLevel: 'info' as const,
  wafMode: 'block' as const,
  wafParanoiaLevel: 1,
  requestsPerSecond: 100,
  traceRatio: 0.01,
})
