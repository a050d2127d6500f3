import type { Fleet } from '../clusters/fleet.ts'
import type { Budget } from '../clusters/schema.ts'
import { type CloudCost, noCloud } from './cost-cloud.ts'

/** The monthly cost in USD. The nine lines are allocations at a stated baseline volume, not prices (SPEC: Cost). */
export interface Cost {
  /** Sum of the lines. */
  readonly plannedUsdPerMonth: number
  /** Sum of the allocations and the buffer: what may be spent, whatever the volumes are. */
  readonly budgetUsdPerMonth: number
  /** What the lines do not cover, by hand and by what is rendered: shown under the total, not counted in it. */
  readonly outsideUsdPerMonth: number
  /** The fixed charges of each stack at list price, in whole dollars: counted in no line. */
  readonly cloud: Readonly<Record<string, number>>
  /** Each line by its id, in whole dollars. */
  readonly lines: Readonly<Record<string, number>>
}

/** Volumes by line, in the unit of the line's baseline; the baseline itself where a line is left out. */
export type Volumes = Readonly<Record<string, number>>

export function costOf(budget: Budget, volumes: Volumes = {}, cloud: CloudCost = noCloud): Cost {
  const lines = Object.fromEntries(
    budget.lines.map((line) => [line.id, lineCost(line, volumes[line.id] ?? line.baseline.volume)]),
  )
  const allocated = sum(budget.lines.map(({ allocationUsdPerMonth }) => allocationUsdPerMonth))
  return {
    plannedUsdPerMonth: sum(Object.values(lines)),
    budgetUsdPerMonth: Math.round(allocated * (1 + budget.buffer)),
    outsideUsdPerMonth: sum(outsideOf(budget, cloud).map(({ usd }) => usd)),
    lines,
    cloud: Object.fromEntries(
      Object.entries(cloud.byStack)
        .map(([stack, usd]) => [stack, Math.round(usd)] as const)
        .filter(([, usd]) => usd > 0),
    ),
  }
}

/** What the lines do not cover. Money is whole USD a month. */
export interface Outside {
  readonly id: string
  readonly name: string
  readonly assumption: string
  /** Fixed charges of rendered resources, at list price. */
  readonly renderedUsd: number
  /** What those do not tell. */
  readonly byHandUsd: number
  /** Both together. */
  readonly usd: number
  /** Set aside by hand for it. */
  readonly setAsideUsd: number
}

export function outsideOf({ outside }: Budget, { byLine }: CloudCost): readonly Outside[] {
  return outside.map(({ id, name, assumption, byHandUsdPerMonth, estimateUsdPerMonth }) => {
    const renderedUsd = Math.round(byLine[id] ?? 0)
    return {
      id,
      name,
      assumption,
      renderedUsd,
      byHandUsd: byHandUsdPerMonth,
      usd: renderedUsd + byHandUsdPerMonth,
      setAsideUsd: estimateUsdPerMonth,
    }
  })
}

/** The volumes that the facts themselves tell: a line by the node-month follows the number of nodes. */
export function volumesOf({ budget, clusters }: Pick<Fleet, 'budget' | 'clusters'>): Volumes {
  const nodes = sum(clusters.map((cluster) => cluster.nodes.length))
  return Object.fromEntries(
    budget.lines.flatMap(({ id, baseline }) => (baseline.unit === 'node-months' ? [[id, nodes]] : [])),
  )
}

/** Allocation ÷ baseline volume, in USD: what the plan may pay for one unit. */
export function plannedUnitUsd({ allocationUsdPerMonth, baseline }: Budget['lines'][number]): number {
  return allocationUsdPerMonth / baseline.volume
}

function lineCost(line: Budget['lines'][number], volume: number): number {
  return Math.round(plannedUnitUsd(line) * volume)
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
