import type { Fleet } from '../clusters/fleet.ts'
import type { Budget, Price } from '../clusters/schema.ts'
import { type Cost, costOf, plannedUnitUsd, type Volumes, volumesOf } from './cost.ts'
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
  /** Not counted above. */
  readonly outside: Budget['outside']
  readonly outsideUsd: number
  readonly peak: Peak
}

export interface WhatIf {
  /** Ids of savings that are switched on. @default none */
  readonly savings?: readonly string[]
  /** Volumes that differ from the baseline, or from what the facts tell. @default none */
  readonly volumes?: Volumes
}

/** The cost of a fleet by line, beside list prices. */
export function costReport(fleet: Fleet, { savings = [], volumes = {} }: WhatIf = {}): CostReport {
  const { budget, prices } = fleet
  const all = { ...volumesOf(fleet), ...volumes }
  const cost: Cost = costOf(budget, all)
  const applied = budget.savings.filter(({ id }) => savings.includes(id))
  const plannedUsd = applied.reduce((left, { usdPerMonth }) => left - usdPerMonth, cost.plannedUsdPerMonth)
  return {
    lines: budget.lines.map((line) => {
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
    }),
    sumUsd: cost.plannedUsdPerMonth,
    savings: applied,
    plannedUsd,
    buffer: budget.buffer,
    budgetUsd: cost.budgetUsdPerMonth,
    withinBudget: plannedUsd <= cost.budgetUsdPerMonth,
    outside: budget.outside,
    outsideUsd: cost.outsideUsdPerMonth,
    peak: peakOf(fleet),
  }
}
