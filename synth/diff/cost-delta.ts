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
  const stacks = new Set([...Object.keys(before.cloud ?? {}), ...Object.keys(after.cloud ?? {})])
  const cloud = [...stacks].map((stack) => ({
    line: `${stack} at list price`,
    beforeUsdPerMonth: before.cloud?.[stack] ?? 0,
    afterUsdPerMonth: after.cloud?.[stack] ?? 0,
  }))
  return {
    deltaUsdPerMonth: after.plannedUsdPerMonth - before.plannedUsdPerMonth,
    // An index from before the lines or the cloud were in it says nothing of them.
    lines: [
      ...(Object.keys(before.lines).length > 0 && Object.keys(after.lines).length > 0 ? lines : []),
      outside,
      ...(before.cloud && after.cloud ? cloud : []),
    ].filter(({ beforeUsdPerMonth, afterUsdPerMonth }) => beforeUsdPerMonth !== afterUsdPerMonth),
  }
}
