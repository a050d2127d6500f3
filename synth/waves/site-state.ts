import type { ByCluster, Prometheus } from './prometheus.ts'
import {
  type BurnWindow,
  fewestRequests,
  freshSeconds,
  latencyBoundSeconds,
  metrics,
  type Objective,
  type ObjectiveId,
  objectives,
} from './slo.ts'

/** Requests of each site in each window, by the window's seconds. */
export type Measured = ReadonlyMap<number, Readonly<Record<ObjectiveId, Counts>>>

interface Counts {
  readonly all: ByCluster
  readonly bad: ByCluster
}

/** A budget that burns too fast, with the share of bad requests in both windows. */
export interface Burn {
  readonly objective: Objective
  readonly window: BurnWindow
  readonly longRate: number
  readonly shortRate: number
}

/** How a site fares. Only healthy and burning ones report: the others say nothing either way. */
export type SiteState =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'burning'; readonly burns: readonly Burn[] }
  /** Nothing came from it in the last minutes. */
  | { readonly kind: 'silent' }
  /** Too few requests since the wave moved. */
  | { readonly kind: 'idle' }
  /** It counts requests and does not time them. */
  | { readonly kind: 'untimed' }

/** Asks for every window at once. @throws {PrometheusError} */
export async function measure(
  prometheus: Prometheus,
  wave: string,
  windows: readonly BurnWindow[],
): Promise<Measured> {
  const spans = new Set(windows.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds]))
  const label = `wave=${JSON.stringify(wave)}`
  const counted = [...spans].map(async (seconds) => {
    const sum = (series: string) => prometheus.query(`sum by (cluster) (increase(${series}[${seconds}s]))`)
    const [all, failed, timed, fast] = await Promise.all([
      sum(`${metrics.requests}{${label}}`),
      sum(`${metrics.requests}{${label},code=~"5.."}`),
      sum(`${metrics.duration}_count{${label}}`),
      sum(`${metrics.duration}_bucket{${label},le="${latencyBoundSeconds}"}`),
    ])
    // A site without the bound is not timed: taking its requests for slow ones would be a guess.
    const bounded = new Map([...timed].filter(([cluster]) => fast.has(cluster)))
    const slow = new Map([...bounded].map(([cluster, count]) => [cluster, count - (fast.get(cluster) ?? 0)]))
    return [seconds, { availability: { all, bad: failed }, latency: { all: bounded, bad: slow } }] as const
  })
  return new Map(await Promise.all(counted))
}

/** @param windows the first of them is the soak */
export function stateOf(site: string, measured: Measured, windows: readonly BurnWindow[]): SiteState {
  const requests = (seconds: number, objective: ObjectiveId) =>
    measured.get(seconds)?.[objective].all.get(site)
  if (requests(freshSeconds, 'availability') === undefined) return { kind: 'silent' }
  const soak = windows[0]?.longSeconds ?? freshSeconds
  if ((requests(soak, 'availability') ?? 0) < fewestRequests) return { kind: 'idle' }
  if (requests(soak, 'latency') === undefined) return { kind: 'untimed' }
  const burns = objectives.flatMap((objective) => {
    const rate = (seconds: number) => {
      const counts = measured.get(seconds)?.[objective.id]
      const all = counts?.all.get(site) ?? 0
      return all === 0 ? 0 : Math.max(0, counts?.bad.get(site) ?? 0) / all
    }
    const burning = windows.flatMap((window): Burn[] => {
      const [longRate, shortRate] = [rate(window.longSeconds), rate(window.shortSeconds)]
      const most = objective.budget * window.factor
      const enough = (requests(window.longSeconds, objective.id) ?? 0) >= fewestRequests
      return enough && longRate > most && shortRate > most ? [{ objective, window, longRate, shortRate }] : []
    })
    // The first says it: a site that burns in one window burns in most.
    return burning.slice(0, 1)
  })
  return burns.length > 0 ? { kind: 'burning', burns } : { kind: 'healthy' }
}
