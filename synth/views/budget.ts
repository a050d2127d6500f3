import type { Fleet } from '../../clusters/fleet.ts'
import { type BudgetView, VIEWS } from '../../policies/views.ts'
import { costOf } from '../cost.ts'

/** The budget of SPEC.md (Cost): the nine lines and a buffer of 20 %. */
const limitUsdPerMonth = 11_718

export function budgetView({ budget }: Fleet): BudgetView {
  const { plannedUsdPerMonth, budgetUsdPerMonth } = costOf(budget)
  return {
    apiVersion: VIEWS,
    kind: 'Budget',
    metadata: { name: 'platform' },
    spec: {
      lines: budget.lines.map(({ id, allocationUsdPerMonth }) => ({ id, allocationUsdPerMonth })),
      plannedUsdPerMonth,
      budgetUsdPerMonth,
      limitUsdPerMonth,
    },
  }
}
