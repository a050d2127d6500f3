import type { Budget } from '../clusters/schema.ts'

/** The monthly cost in USD. The nine lines are allocations at a stated baseline volume, not prices (SPEC: Cost). */
export interface Cost {
  /** Sum of the lines. */
  readonly plannedUsdPerMonth: number
  /** Sum of the lines and the buffer. */
  readonly budgetUsdPerMonth: number
  /** What the lines do not cover: shown under the total, not counted in it. */
  readonly outsideUsdPerMonth: number
}

export function costOf(budget: Budget): Cost {
  const planned = sum(budget.lines.map(({ allocationUsdPerMonth }) => allocationUsdPerMonth))
  return {
    plannedUsdPerMonth: planned,
    budgetUsdPerMonth: Math.round(planned * (1 + budget.buffer)),
    outsideUsdPerMonth: sum(budget.outside.map(({ estimateUsdPerMonth }) => estimateUsdPerMonth)),
  }
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
