import type { Fleet } from '../clusters/fleet.ts'
import type { Budget, Price } from '../clusters/schema.ts'
import {
  type Cost,
  costOf,
  type Outside,
  outsideOf,
  plannedUnitUsd,
  type Volumes,
  volumesOf,
} from './cost.ts'
import { type CloudCost, noCloud } from './cost-cloud.ts'
import { type CloudReport, cloudReport } from './cost-cloud-report.ts'
import { type Peak, peakOf } from './cost-peak.ts'

/** One of the nine lines, at a volume. Money is USD a month. */
export interface CostLine {
  readonly id: string
  readonly name: string
  readonly usd: number
  /** Of the sum of the lines: 0.11 is 11 %. */
  readonly share: number
  readonly volume: number
  readonly baselineVolume: number
  readonly unit: string
  readonly assumption: string
  /** Allocation ÷ baseline volume. */
  readonly plannedUnitUsd: number
  /** The list price of the same unit; undefined: none is known, see `prices` for what stands near. */
  readonly listPrice: Price | undefined
  /** Every list price that is known beside this line. */
  readonly prices: readonly Price[]
}

export interface CostOutside extends Outside {
  readonly prices: readonly Price[]
}

export interface CostReport {
  readonly lines: readonly CostLine[]
  readonly sumUsd: number
  readonly savings: readonly Budget['savings'][number][]
  /** The sum of the lines less the savings that are switched on. */
  readonly plannedUsd: number
  /** 0.2: on top of the allocations. */
  readonly buffer: number
  readonly budgetUsd: number
  readonly withinBudget: boolean
  /** The rendered resources at list price, in no sum above: the lines are allocations. */
  readonly cloud: CloudReport
  /** Not counted above. */
  readonly outside: readonly CostOutside[]
  readonly outsideUsd: number
  readonly peak: Peak
}

export interface WhatIf {
  /** Ids of savings that are switched on. @default none */
  readonly savings?: readonly string[]
  /** Volumes that differ from the baseline, or from what the facts tell. @default none */
  readonly volumes?: Volumes
  /** The rendered cloud at list price. @default nothing is rendered */
  readonly cloud?: CloudCost
}

/** The cost of a fleet by line, beside list prices. */
export function costReport(
  fleet: Fleet,
  { savings = [], volumes = {}, cloud = noCloud }: WhatIf = {},
): CostReport {
  const { budget, prices } = fleet
  const all = { ...volumesOf(fleet), ...volumes }
  const cost: Cost = costOf(budget, all, cloud)
  const applied = budget.savings.filter(({ id }) => savings.includes(id))
  const plannedUsd = applied.reduce((left, { usdPerMonth }) => left - usdPerMonth, cost.plannedUsdPerMonth)
  const lines = budget.lines.map((line): CostLine => {
    const usd = cost.lines[line.id] ?? 0
    const beside = prices.filter((price) => price.line === line.id)
    const { volume, unit, assumption } = line.baseline
    return {
      id: line.id,
      name: line.name,
      usd,
      share: cost.plannedUsdPerMonth === 0 ? 0 : usd / cost.plannedUsdPerMonth,
      volume: all[line.id] ?? volume,
      baselineVolume: volume,
      unit,
      assumption,
      plannedUnitUsd: plannedUnitUsd(line),
      listPrice: beside.find((price) => price.unit === unit || price.unit.startsWith(`${unit} (`)),
      prices: beside,
    }
  })
  return {
    lines,
    sumUsd: cost.plannedUsdPerMonth,
    savings: applied,
    plannedUsd,
    buffer: budget.buffer,
    budgetUsd: cost.budgetUsdPerMonth,
    withinBudget: plannedUsd <= cost.budgetUsdPerMonth,
    cloud: cloudReport(cloud, lines, budget),
    outside: outsideOf(budget, cloud).map((one) => ({
      ...one,
      prices: prices.filter(({ line }) => line === one.id),
    })),
    outsideUsd: cost.outsideUsdPerMonth,
    peak: peakOf(fleet),
  }
}
