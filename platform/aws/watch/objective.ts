import type { Alarm, Metric } from './alarm.ts'

/**
 * An objective burns when requests fail faster than its error budget allows: the budget of 30 days is spent in 30 days
 * divided by the rate. Each rate has two windows: the long one says that it matters, the short one that it still
 * lasts, so that a page ends with its cause.
 * Source: Google, The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
 */
const burns = [
  { name: 'fast', rate: 14.4, long: { periodSeconds: 3600 }, short: { periodSeconds: 60, periods: 3 } },
  { name: 'slow', rate: 6, long: { periodSeconds: 21_600 }, short: { periodSeconds: 300, periods: 6 } },
] as const

export interface Burn {
  readonly name: string
  readonly summary: string
  /** In alarm together, or it is nothing. */
  readonly parts: readonly [short: Alarm, long: Alarm]
}

/** Where the share of failures is told, or can be computed, in percent. */
export type FailedPercent =
  | { readonly metrics: Metric }
  | { readonly metrics: Readonly<Record<string, Metric>>; readonly expression: string }

/**
 * @param what `entrance`: the beginning of the alarms' names
 * @param availability share of requests that are to be answered: 0.9995
 */
export function burnsOf(what: string, availability: number, failed: FailedPercent): readonly Burn[] {
  return burns.map(({ name, rate, long, short }) => {
    // Percent, without the digits that floating point adds.
    const above = Number((100 * (1 - availability) * rate).toFixed(4))
    const days = Number((30 / rate).toFixed(1))
    const part = (window: string, when: Pick<Alarm, 'periodSeconds' | 'periods'>): Alarm => ({
      name: `${what}-burns-${name}-${window}`,
      summary: `More than ${above} % of requests fail`,
      level: 'part',
      ...failed,
      above,
      ...when,
    })
    return {
      name: `${what}-burns-${name}`,
      summary: `${what}: failures would spend the error budget of 30 days in ${days}`,
      parts: [part('short', short), part('long', long)],
    }
  })
}
