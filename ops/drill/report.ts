/** A time of the drill, and where it comes from. */
export interface Figure {
  readonly what: string
  readonly seconds: number
  /** Taken by a clock here; or made of settings, because no drill may wait for resolvers all over the world. */
  readonly kind: 'measured' | 'computed'
  /** It is part of the way from a failure to an answer, so it counts towards the recovery time. */
  readonly counts: boolean
}

/** SPEC: Disaster recovery. */
export const stepNames = {
  checks: 'health checks',
  records: 'Route 53',
  traffic: 'traffic rerouted',
  state: 'state synchronised',
  recovery: 'recovery validated',
} as const

/** One of SPEC's five steps. */
export interface DrillStep {
  readonly name: string
  readonly status: 'ok' | 'failed' | 'skipped'
  readonly figures: readonly Figure[]
  readonly notes: readonly string[]
}

export interface Objective {
  /** undefined where nothing told it. */
  readonly seconds: number | undefined
  readonly targetSeconds: number
  readonly met: boolean
  /** Why it is not met, where the time alone does not say so. */
  readonly reason?: string
}

export interface DrillReport {
  readonly region: string
  /** Nothing was changed: the plan, with the times that can be computed. */
  readonly dryRun: boolean
  /** What it changes, or would. */
  readonly changes: readonly string[]
  readonly steps: readonly DrillStep[]
  readonly rto: Objective
  readonly rpo: Objective
}

/** The recovery time: the sum of the times that count, worth something only if those who take over are well. */
export function recoveryTime(steps: readonly DrillStep[], targetSeconds: number): Objective {
  const counted = steps.flatMap(({ figures }) => figures).filter(({ counts }) => counts)
  const seconds = counted.reduce((sum, figure) => sum + figure.seconds, 0)
  const failed = steps.filter(({ name, status }) => status === 'failed' && name !== stepNames.state)
  if (failed.length === 0) return { seconds, targetSeconds, met: seconds < targetSeconds }
  return {
    seconds,
    targetSeconds,
    met: false,
    reason: `${failed.map(({ name }) => name).join(', ')}: failed`,
  }
}

/** The recovery point: the longest replication lag, worth something only if every store has a copy elsewhere. */
export function recoveryPoint(steps: readonly DrillStep[], targetSeconds: number): Objective {
  const state = steps.find(({ name }) => name === stepNames.state)
  const lags = state?.figures.map(({ seconds }) => seconds) ?? []
  const seconds = lags.length === 0 ? undefined : Math.max(...lags)
  if (state?.status !== 'ok')
    return { seconds, targetSeconds, met: false, reason: 'not of every store: see step 4' }
  return { seconds, targetSeconds, met: (seconds ?? 0) < targetSeconds }
}
