import type { Terminal } from '../bin/command.ts'
import { dollars, table } from './cost-cells.ts'
import type { CloudKind } from './cost-cloud-report.ts'
import type { CostReport } from './cost-report.ts'

/** What is rendered at list price: by stack and service, beside the lines, and what has no price. */
export function printCloud({ cloud }: CostReport, terminal: Terminal): void {
  const { print, style } = terminal
  const { all, priced, free, byUse, unpriced } = cloud.resources
  if (all === 0) return
  print(
    `\n  ${style('bold', 'Cloud at list price')}, the least that runs, N. Virginia's prices: ${about(cloud.usd)} a month, in no sum above`,
  )
  print(
    `  ${number(all)} resources rendered: ${number(priced)} with a price, ${number(free)} free, ${number(byUse)} by use alone, ${number(unpriced)} without a price here`,
  )
  const services = cloud.services.map(({ stack, service, usd, name, outside }) => [
    stack,
    service,
    about(usd),
    outside ? `outside: ${name}` : name,
  ])
  printTable([['stack', 'service', 'usd', 'stands beside'], ...services], [2], terminal)
  const lines = cloud.lines.map(({ name, plannedUsd, fixedUsd, useUsd }) => [
    name,
    dollars(plannedUsd),
    about(fixedUsd),
    useUsd === undefined ? 'not known' : about(useUsd),
    useUsd !== undefined
      ? about(fixedUsd + useUsd)
      : fixedUsd > 0
        ? `${about(fixedUsd)} and use`
        : 'not known',
  ])
  print('')
  printTable(
    [['beside the lines', 'planned', 'fixed', 'its volume', 'at list price'], ...lines],
    [1, 2, 3, 4],
    terminal,
  )
  printKinds('Billed, without a price here', cloud.unpriced, terminal)
}

/** Every resource with a fixed charge, of which price how many, and what that comes to; then what is paid by use. */
export function printEstimates({ cloud, lines, outside }: CostReport, terminal: Terminal): void {
  const prices = new Map(
    [...lines, ...outside].flatMap((one) => one.prices.map((price) => [price.id, price])),
  )
  terminal.print(`\n  ${terminal.style('bold', 'Resources at list price')}`)
  const rows = cloud.estimates.flatMap(({ stack, kind, name, charges }) =>
    charges.map(({ price: id, quantity, usd }) => {
      const price = prices.get(id)
      return [
        stack,
        kind,
        name,
        `$${usd.toFixed(2)}`,
        `${number(quantity)} × $${price?.usd} per ${price?.unit}`,
        `${price && new URL(price.source).host}, ${price?.date}`,
      ]
    }),
  )
  printTable([['stack', 'kind', 'name', 'usd', 'price', 'read'], ...rows], [3], terminal)
  printKinds('Paid by use, on top or alone', cloud.byUse, terminal)
}

function printKinds(title: string, kinds: readonly CloudKind[], terminal: Terminal): void {
  if (kinds.length === 0) return
  terminal.print(`\n  ${title}`)
  const rows = kinds.map(({ kind, resources, words }) => [kind, number(resources), words])
  for (const row of table(rows, [1])) terminal.print(`  ${row}`)
}

function printTable(
  rows: readonly (readonly string[])[],
  right: readonly number[],
  { print, style }: Terminal,
): void {
  for (const [index, row] of table(rows, right).entries()) print(`  ${index === 0 ? style('dim', row) : row}`)
}

/** Whole dollars, and never $0 for what costs something. */
function about(usd: number): string {
  return usd > 0 && usd < 1 ? 'under $1' : dollars(Math.round(usd))
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 1 })
}
