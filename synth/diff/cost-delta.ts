import type { FleetIndex } from './fleet-index.ts'
import type { DiffReport } from './report.ts'

/** What a month costs more or less, by line; lines that stay are left out. */
export function costDelta(base: FleetIndex, head: FleetIndex): DiffReport['cost'] {
  const [before, after] = [base.cost, head.cost]
  const names = new Set([...Object.keys(before.lines), ...Object.keys(after.lines)])
  const lines = [...names].map((line) => ({
    line,
    beforeUsdPerMonth: before.lines[line] ?? 0,
    afterUsdPerMonth: after.lines[line] ?? 0,
  }))
  const outside = {
    line: 'outside the lines',
    beforeUsdPerMonth: before.outsideUsdPerMonth,
    afterUsdPerMonth: after.outsideUsdPerMonth,
  }
  return {
    deltaUsdPerMonth: after.plannedUsdPerMonth - before.plannedUsdPerMonth,
    // An index from before the lines were in it says nothing of them.
    lines: [
      ...(Object.keys(before.lines).length > 0 && Object.keys(after.lines).length > 0 ? lines : []),
      outside,
    ].filter(({ beforeUsdPerMonth, afterUsdPerMonth }) => beforeUsdPerMonth !== afterUsdPerMonth),
  }
}
