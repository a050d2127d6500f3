import type { Promotion } from './plan.ts'
import { short } from './plan.ts'
import { type Prometheus, PrometheusError } from './prometheus.ts'
import type { Burn, SiteState } from './site-state.ts'
import { measure, stateOf } from './site-state.ts'
import { burnWindows, durationText } from './slo.ts'

export interface GateRules {
  /** The share of the wave's sites that must report: offline ones are no obstacle while the others do. */
  readonly quorum: number
  readonly soakSeconds: number
}

/** Whether a wave may move on from what the wave before shows. */
export interface Gate {
  readonly open: boolean
  /** Why not, a sentence each. */
  readonly reasons: readonly string[]
  readonly prometheus: string
  /** Whole seconds since the wave before moved to what it runs; undefined: no tag tells. */
  readonly soakedSeconds: number | undefined
  readonly rules: GateRules
  /** Sites of the wave before. */
  readonly sites: readonly { readonly name: string; readonly state: SiteState['kind'] }[]
}

export interface GateQuestion {
  readonly promotion: Promotion
  /** When the wave before moved to what it runs. */
  readonly movedAt: Date | undefined
  readonly rules: GateRules
  readonly now: Date
}

/** Asks Prometheus how the wave before meets its SLO. An answer that cannot be had is a reason, not an error. */
export async function askGate(prometheus: Prometheus, question: GateQuestion): Promise<Gate> {
  const { promotion, rules } = question
  const soakedSeconds =
    question.movedAt && Math.max(0, Math.floor((question.now.getTime() - question.movedAt.getTime()) / 1000))
  const { before, sitesBefore } = promotion
  // Nothing runs before the first wave, so nothing was measured.
  if (before.wave === undefined) {
    return { open: true, reasons: [], prometheus: prometheus.name, soakedSeconds, rules, sites: [] }
  }
  const reasons = [...moveReasons(promotion, soakedSeconds, rules)]
  let sites: Gate['sites'] = []
  try {
    const windows = burnWindows(rules.soakSeconds)
    const measured = await measure(prometheus, before.wave, windows)
    const states = sitesBefore.map(({ name }) => ({ name, ...stateOf(name, measured, windows) }))
    reasons.push(...quorumReasons(before.branch, states, rules.quorum), ...states.flatMap(burnReasons))
    sites = states.map(({ name, kind }) => ({ name, state: kind }))
  } catch (error) {
    if (!(error instanceof PrometheusError)) throw error
    reasons.push(`${error.message}: how ${before.branch} fares is not known`)
  }
  return { open: reasons.length === 0, reasons, prometheus: prometheus.name, soakedSeconds, rules, sites }
}

function* moveReasons(
  { before, to }: Promotion,
  soakedSeconds: number | undefined,
  { soakSeconds }: GateRules,
): Generator<string> {
  if (to !== before.tip) {
    yield `${before.branch} runs ${short(before.tip)} by now, not ${short(to)}: what is measured there says nothing of it`
  }
  if (soakSeconds === 0) return
  if (soakedSeconds === undefined) {
    yield `since when ${before.branch} runs ${short(before.tip)} is not known: no tag was/${before.wave}/* stands there`
  } else if (soakedSeconds < soakSeconds) {
    const left = Math.ceil((soakSeconds - soakedSeconds) / 60)
    yield `${before.branch} moved ${Math.floor(soakedSeconds / 60)} min ago and soaks for ${durationText(soakSeconds)}: ${left} min to go`
  }
}

type NamedState = SiteState & { readonly name: string }

function* quorumReasons(branch: string, states: readonly NamedState[], quorum: number): Generator<string> {
  if (states.length === 0) {
    yield `${branch} has no site that could report`
    return
  }
  const without = states.filter(({ kind }) => kind === 'silent' || kind === 'idle' || kind === 'untimed')
  const reporting = states.length - without.length
  if (reporting / states.length >= quorum) return
  const why = { silent: 'silent', idle: 'too few requests', untimed: 'no latency histogram' } as const
  const groups = Object.entries(why).flatMap(([kind, words]) => {
    const names = without.filter((state) => state.kind === kind).map(({ name }) => name)
    return names.length > 0 ? [`${words}: ${names.join(', ')}`] : []
  })
  yield `${reporting} of ${states.length} sites of ${branch} report (${percent(reporting / states.length)}), ${percent(quorum)} must; ${groups.join('; ')}`
}

function burnReasons(state: NamedState): string[] {
  return state.kind === 'burning' ? state.burns.map((burn) => burnReason(state.name, burn)) : []
}

function burnReason(site: string, { objective, window, longRate, shortRate }: Burn): string {
  const [long, brief] = [durationText(window.longSeconds), durationText(window.shortSeconds)]
  return `${site} misses ${objective.target}: ${percent(longRate)} of its requests ${objective.bad} in ${long}, ${percent(shortRate)} in ${brief}; at most ${percent(objective.budget * window.factor)} may`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}
