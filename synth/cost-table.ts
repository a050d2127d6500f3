import type { Terminal } from '../bin/command.ts'
import { dollars, signed, table } from './cost-cells.ts'
import { printCloud } from './cost-cloud-table.ts'
import type { CostLine, CostReport } from './cost-report.ts'

/** The plan as SPEC.md shows it, and under it what it does not hold. */
export function printCost(report: CostReport, terminal: Terminal): void {
  const { style, print } = terminal
  const cells = report.lines.map(lineCells)
  const header = ['line', 'usd', 'share', 'volume', 'planned', 'list price']
  print('')
  for (const [index, row] of table([header, ...cells], [1, 2]).entries()) {
    print(`  ${index === 0 ? style('dim', row) : row}`)
  }
  print('')
  const total = (label: string, usd: string, rest = '') =>
    print(`  ${label.padEnd(20)} ${usd.padStart(8)}${rest && `  ${style('dim', rest)}`}`)
  total('Sum of the lines', dollars(report.sumUsd))
  for (const { name, usdPerMonth } of report.savings) total(name, dollars(-usdPerMonth), 'switched on')
  if (report.savings.length > 0) total('Planned', dollars(report.plannedUsd))
  const left = report.budgetUsd - report.plannedUsd
  const verdict = report.withinBudget
    ? `${style('green', '✓')} ${dollars(left)} below it`
    : `${style('red', '✗')} ${dollars(-left)} above it`
  print(
    `  ${'Budget'.padEnd(20)} ${dollars(report.budgetUsd).padStart(8)}  ${verdict} ${style('dim', `(allocations and ${Math.round(report.buffer * 100)} %)`)}`,
  )
  printCloud(report, terminal)
  printOutside(report, terminal)
  printPeak(report, terminal)
}

/** What each line and the plan differ by from another plan. */
export function printComparison(base: CostReport, report: CostReport, terminal: Terminal): void {
  terminal.print(`\n  ${terminal.style('bold', 'Beside the plan of these facts')}`)
  const before = new Map(base.lines.map(({ id, usd }) => [id, usd]))
  const rows = report.lines.flatMap(({ id, name, usd }) => {
    const was = before.get(id) ?? 0
    return usd === was ? [] : [[name, dollars(was), '→', dollars(usd), signed(usd - was)]]
  })
  rows.push([
    'Planned',
    dollars(base.plannedUsd),
    '→',
    dollars(report.plannedUsd),
    signed(report.plannedUsd - base.plannedUsd),
  ])
  for (const row of table(rows, [1, 3, 4])) terminal.print(`  ${row}`)
}

/** Every list price beside its line, with where and when it was read. */
export function printPrices(report: CostReport, terminal: Terminal): void {
  terminal.print(`\n  ${terminal.style('bold', 'List prices')}`)
  for (const { name, prices } of [...report.lines, ...report.outside]) {
    terminal.print(`  ${name}${prices.length === 0 ? ': none could be sourced' : ''}`)
    for (const { usd, unit, source, date } of prices) {
      terminal.print(`    $${usd} per ${unit}`)
      terminal.print(terminal.style('dim', `      ${source}, read ${date}`))
    }
  }
}

function lineCells({
  name,
  usd,
  share,
  volume,
  unit,
  plannedUnitUsd,
  listPrice,
}: CostLine): readonly string[] {
  return [
    name,
    dollars(usd),
    `${Math.round(share * 100)} %`,
    `${volume.toLocaleString('en')} ${unit}`,
    `$${Number(plannedUnitUsd.toPrecision(3))}`,
    listPrice
      ? `$${listPrice.usd} ${new URL(listPrice.source).host}, ${listPrice.date}`
      : 'none known for this unit',
  ]
}

function printOutside({ outside, outsideUsd }: CostReport, { print, style }: Terminal): void {
  print(`\n  ${style('bold', 'Not in these lines')}, estimated: about ${dollars(outsideUsd)} a month`)
  const rows = outside.map(({ name, renderedUsd, byHandUsd, usd, setAsideUsd, assumption }) => [
    name,
    dollars(renderedUsd),
    dollars(byHandUsd),
    dollars(usd),
    dollars(setAsideUsd),
    assumption,
  ])
  const [header = '', ...lines] = table(
    [['', 'rendered', 'by hand', 'together', 'set aside', ''], ...rows],
    [1, 2, 3, 4],
  )
  print(`  ${style('dim', header)}`)
  for (const line of lines) print(`  ${line}`)
}

function printPeak({ peak, budgetUsd }: CostReport, { print, style }: Terminal): void {
  const { requestsPerSecond, millionRequestsPerMonth, networks, usdPerMonth } = peak
  const rate = requestsPerSecond.toLocaleString('en')
  const times = Math.round(usdPerMonth / budgetUsd).toLocaleString('en')
  print(
    `\n  ${style('bold', `${rate} requests a second`)} all month (${millionRequestsPerMonth.toLocaleString('en')} million) at list price: ${dollars(usdPerMonth)}`,
  )
  print(`  far more than the plan: ${times} times the budget, which pays for a fraction of that load.`)
  const rows = networks.map(({ name, share, usdPerMonth: usd }) => [
    name,
    `${Math.round(share * 100)} %`,
    usd === undefined ? 'machines of our own: nothing by the request' : dollars(usd),
  ])
  for (const row of table(rows, [1])) print(`  ${row}`)
}
