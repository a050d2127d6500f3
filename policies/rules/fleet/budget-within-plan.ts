import { defineRule } from '../../rule.ts'
import { budget } from './views.examples.ts'

const { lines } = budget().spec

export default defineRule({
  id: 'budget-within-plan',
  title: 'The nine lines and their buffer stay within the budget of the plan',
  why: 'A change of facts that costs more than was agreed must not pass as a technical one.',
  mend: 'clusters/budget.yaml: take from another line what one needs more, or have the plan changed first.',
  controls: ['SOC 2 CC3.1', 'ISO 27001 A.8.6'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Budget'] },
  validations: [
    {
      cel: 'object.spec.lines.size() == 9',
      message: 'the budget does not have nine lines',
      messageCel: `'the budget has ' + string(object.spec.lines.size()) + ' lines, not nine'`,
    },
    {
      cel: 'object.spec.budgetUsdPerMonth <= object.spec.limitUsdPerMonth',
      message: 'the lines and their buffer are over the budget',
      messageCel: `string(object.spec.budgetUsdPerMonth) + ' USD a month with the buffer, over the budget of ' + string(object.spec.limitUsdPerMonth)`,
    },
    {
      cel: 'object.spec.plannedUsdPerMonth == object.spec.lines.map(l, l.allocationUsdPerMonth).sum()',
      message: 'the sum is not that of the lines',
    },
  ],
  pass: [budget()],
  fail: [
    budget({ lines: lines.slice(1), plannedUsdPerMonth: 8665 }),
    budget({ budgetUsdPerMonth: 11_719 }),
    budget({ plannedUsdPerMonth: 9000 }),
  ],
  mutations: [{ on: 'fleet.meridian/Budget', change: [{ path: '/spec/budgetUsdPerMonth', value: 12_000 }] }],
})
