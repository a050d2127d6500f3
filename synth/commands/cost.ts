import { resolve } from 'node:path'
import { type Arguments, type Command, type Terminal, UsageError } from '../../bin/command.ts'
import { type Fleet, loadFleet } from '../../clusters/fleet.ts'
import { cloudCostOf } from '../cost-cloud.ts'
import { printEstimates } from '../cost-cloud-table.ts'
import { type CostReport, costReport } from '../cost-report.ts'
import { printComparison, printCost, printPrices } from '../cost-table.ts'
import { readCloudDocuments } from '../documents.ts'
import { productionPaths } from '../synth.ts'

export const command: Command = {
  help: `
What the plan costs a month: the nine lines at their volumes, their sum, the budget; under it every resource of
rendered/cloud at list price and the least size that it runs at, by stack and service, with the line that it stands
beside; what the lines do not cover; and what 1,000,000 requests a second would cost at list price. Lines are
allocations, not prices: allocation ÷ volume is the planned unit cost, shown beside the list price where one is known.
What is billed and has no price here is named, never counted as nothing.

  npx meridian cost
  npx meridian cost --prices                       every list price, with its source and the day it was read
  npx meridian cost --resources                    every priced resource with its charges, and what is paid by use
  npx meridian cost --saving spot,caching          with savings switched on; all: all four
  npx meridian cost --volume cloudflare-workers=600,k3s=60
                                                   what if: volumes in the line's own unit
  npx meridian cost --facts /tmp/facts             another fleet, line by line beside this one

Exits 1 where the plan is above the budget.`,
  options: {
    saving: {
      type: 'string',
      value: 'A,B',
      description: 'savings to switch on, by id or a word of it; or all',
    },
    volume: { type: 'string', value: 'LINE=N,…', description: 'volumes that differ from the plan' },
    facts: { type: 'string', value: 'DIR', description: 'folder of other facts, compared with clusters/' },
    prices: { type: 'boolean', description: 'every list price that is known' },
    resources: { type: 'boolean', description: 'every resource that has a price, and what is paid by use' },
  },
  run(args, terminal) {
    const [stray] = args.positionals
    if (stray !== undefined) throw new UsageError(`found ${stray}, allowed: options alone`)
    const own = loadFleet(productionPaths.facts)
    const other = args.text('facts')
    const fleet = other === undefined ? own : loadFleet(resolve(other))
    const documents = readCloudDocuments(productionPaths.out)
    const report = costReport(fleet, { ...whatIf(args, fleet), cloud: cloudCostOf(documents, fleet) })
    const base = costReport(own)
    const compared = other !== undefined || args.text('volume') !== undefined
    if (args.flag('json')) terminal.json({ ...report, base: compared ? deltas(base, report) : undefined })
    else print(report, compared ? base : undefined, args, terminal)
    return report.withinBudget ? 0 : 1
  },
}

function print(report: CostReport, base: CostReport | undefined, args: Arguments, terminal: Terminal): void {
  printCost(report, terminal)
  if (base) printComparison(base, report, terminal)
  if (args.flag('resources')) printEstimates(report, terminal)
  if (args.flag('prices')) printPrices(report, terminal)
}

/** The plan as the facts of this repository have it, and what each line differs by. */
function deltas(base: CostReport, report: CostReport) {
  const before = new Map(base.lines.map(({ id, usd }) => [id, usd]))
  return {
    plannedUsd: base.plannedUsd,
    lines: Object.fromEntries(report.lines.map(({ id, usd }) => [id, usd - (before.get(id) ?? 0)])),
  }
}

function whatIf(args: Arguments, { budget }: Fleet) {
  const savings = listOf(args.text('saving')).flatMap((word) =>
    savingsNamed(
      word,
      budget.savings.map(({ id }) => id),
    ),
  )
  const lines = budget.lines.map(({ id }) => id)
  const volumes: Record<string, number> = {}
  for (const pair of listOf(args.text('volume'))) {
    const [, line = '', amount = ''] = /^([^=]*)=(\d+(?:\.\d+)?)$/.exec(pair) ?? []
    if (amount === '') throw new UsageError(`--volume: found ${pair}, allowed: LINE=N, such as k3s=60`)
    if (!lines.includes(line))
      throw new UsageError(`--volume: no line ${line}; there are: ${lines.join(', ')}`)
    volumes[line] = Number(amount)
  }
  return { savings, volumes }
}

function savingsNamed(word: string, ids: readonly string[]): readonly string[] {
  if (word === 'all') return ids
  const found = ids.includes(word) ? [word] : ids.filter((id) => id.split('-').includes(word))
  if (found.length === 1) return found
  throw new UsageError(`--saving: found ${word}, allowed: ${ids.join(', ')}, or all`)
}

function listOf(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(',').map((word) => word.trim())
}
