/** What the gateways export; synth/waves/slo.ts reads the same two before a wave moves. */
export const requests = 'meridian_requests_total'
export const duration = 'meridian_request_duration_seconds'

/**
 * SPEC, Figures: 99.95 % availability; P99 < 50 ms, which is: fewer than one in a hundred takes 50 ms or more.
 * `bad` and `all` are rates by the labels that a level keeps, over a minute: a longer one would show an outage late.
 */
export const objectives = [
  {
    id: 'availability',
    title: 'Availability 99.95 %',
    budget: 0.0005,
    bad: (by: string) => `sum${by} (rate(${requests}{code=~"5.."}[1m]))`,
    all: (by: string) => `sum${by} (rate(${requests}[1m]))`,
  },
  {
    id: 'latency',
    title: 'P99 < 50 ms',
    budget: 0.01,
    bad: (by: string) =>
      `sum${by} (rate(${duration}_count[5m])) - sum${by} (rate(${duration}_bucket{le="0.05"}[1m]))`,
    all: (by: string) => `sum${by} (rate(${duration}_count[1m]))`,
  },
] as const

/** Google's SRE Workbook, chapter 5, table 5-8: burn rates of a budget of 30 days over a long and a short window. */
export const burns = [
  { long: '1h', short: '5m', factor: 14.4, severity: 'page' },
  { long: '6h', short: '30m', factor: 6, severity: 'page' },
  { long: '3d', short: '6h', factor: 1, severity: 'ticket' },
] as const

/** Each window once, the shortest first. */
export const windows = ['5m', '30m', '1h', '6h', '3d'] as const

/** Of one site, or of all together. */
export type Level = 'site' | 'fleet'

/** The name of a recorded rate over a minute. */
export function rate1m(objective: string, level: Level, what: 'bad' | 'all'): string {
  return `${level}:meridian_${objective}_${what}:rate1m`
}

/** The name of a recorded ratio of bad requests over a window. */
export function ratio(objective: string, level: Level, window: string): string {
  return `${level}:meridian_${objective}_bad:ratio_rate${window}`
}
