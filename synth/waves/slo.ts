/**
 * What sites are measured by, in one place: the gateways export these, the gate and the dashboards read them.
 *
 * | metric | kind | labels |
 * |---|---|---|
 * | `meridian_requests_total` | counter | `cluster`, `wave`, `code` (HTTP status; 5xx failed) |
 * | `meridian_request_duration_seconds` | histogram with a bound at 0.05 | `cluster`, `wave`, `le` |
 */
export const metrics = {
  requests: 'meridian_requests_total',
  duration: 'meridian_request_duration_seconds',
} as const

export type ObjectiveId = 'availability' | 'latency'

export interface Objective {
  readonly id: ObjectiveId
  readonly target: string
  /** The share of requests that may be bad. */
  readonly budget: number
  readonly bad: string
}

/** SPEC, Figures: availability 99.95 %; P99 < 50 ms, which is: fewer than one in a hundred takes 50 ms or more. */
export const objectives: readonly Objective[] = [
  { id: 'availability', target: '99.95 % availability', budget: 0.0005, bad: 'failed' },
  { id: 'latency', target: 'P99 < 50 ms', budget: 0.01, bad: 'took 50 ms or more' },
]
export const latencyBoundSeconds = '0.05'

/** A budget burns too fast when it burns faster than `factor` over both windows: long enough to matter, and still. */
export interface BurnWindow {
  readonly longSeconds: number
  readonly shortSeconds: number
  /** 1: the budget would last exactly its 30 days. */
  readonly factor: number
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** The shortest window: who has nothing in it does not report. */
export const freshSeconds = 5 * minute

/**
 * The windows and factors of Google's SRE Workbook (chapter 5, table 5-8), and before them the soak itself: since it
 * moved, the wave must have been on target, not just above the level that wakes people.
 */
export function burnWindows(soakSeconds: number): readonly BurnWindow[] {
  return [
    { longSeconds: Math.max(soakSeconds, freshSeconds), shortSeconds: freshSeconds, factor: 1 },
    { longSeconds: hour, shortSeconds: 5 * minute, factor: 14.4 },
    { longSeconds: 6 * hour, shortSeconds: 30 * minute, factor: 6 },
    { longSeconds: 3 * day, shortSeconds: 6 * hour, factor: 1 },
  ]
}

/** Fewer requests than this in a window say nothing: one that fails would be a catastrophe. */
export const fewestRequests = 100

/** `90s`, `30m`, `1h`, `3d` in seconds; undefined: none of these. */
export function secondsOf(text: string): number | undefined {
  const parts = /^(\d+)([smhd])$/.exec(text)
  if (!parts) return undefined
  const units: Readonly<Record<string, number>> = { s: 1, m: minute, h: hour, d: day }
  return Number(parts[1]) * (units[parts[2] ?? ''] ?? 1)
}

/** Seconds in the largest unit that leaves no rest: `90m`, `1h`, `3d`. */
export function durationText(seconds: number): string {
  for (const [unit, size] of [
    ['d', day],
    ['h', hour],
    ['m', minute],
  ] as const) {
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`
  }
  return `${seconds}s`
}
