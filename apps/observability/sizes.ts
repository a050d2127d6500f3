import type { Amounts } from '../_lib/workload-props.ts'

interface Share {
  readonly requests: Amounts
  readonly limits: Amounts
}

/** What the agents get on a site of each size. */
export interface Size {
  readonly prometheus: Share
  readonly collector: Share
  readonly logAgent: Share
  /** Of Prometheus's volume. */
  readonly walSize: string
  /** Traces that the collector holds while it waits for their end. */
  readonly tracesInMemory: number
}

const share = (cpu: string, memory: string, cpuLimit: string, memoryLimit: string): Share => ({
  requests: { cpu, memory },
  limits: { cpu: cpuLimit, memory: memoryLimit },
})

export const sizes = {
  small: {
    prometheus: share('50m', '192Mi', '500m', '512Mi'),
    collector: share('50m', '128Mi', '500m', '384Mi'),
    logAgent: share('50m', '96Mi', '500m', '256Mi'),
    walSize: '4Gi',
    tracesInMemory: 10_000,
  },
  medium: {
    prometheus: share('100m', '384Mi', '1', '1Gi'),
    collector: share('100m', '256Mi', '1', '768Mi'),
    logAgent: share('100m', '128Mi', '1', '384Mi'),
    walSize: '8Gi',
    tracesInMemory: 30_000,
  },
  large: {
    prometheus: share('200m', '512Mi', '1', '2Gi'),
    collector: share('200m', '512Mi', '2', '1536Mi'),
    logAgent: share('200m', '192Mi', '1', '512Mi'),
    walSize: '16Gi',
    tracesInMemory: 60_000,
  },
} as const satisfies Record<string, Size>
