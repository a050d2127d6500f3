import type { Terminal } from '../bin/command.ts'
import type { Fleet } from '../clusters/fleet.ts'
import type { Cost } from './cost.ts'
import { grouped } from './numbers.ts'
import type { Totals } from './tree.ts'
import type { WriteResult } from './write.ts'

/** What a run of `synth` came to. */
export interface Summary {
  readonly locations: Readonly<Record<string, number>>
  readonly clusters: number
  readonly nodes: number
  readonly apps: number
  readonly variants: number
  readonly objects: number
  readonly deployed: number
  readonly files: number
  readonly bytes: number
  readonly cost: Cost
}

export function summaryOf(fleet: Fleet, totals: Totals, written: WriteResult): Summary {
  const locations: Record<string, number> = {}
  for (const { area } of fleet.locations.values()) {
    const { name } = fleet.areas[area]
    locations[name] = (locations[name] ?? 0) + 1
  }
  return {
    locations,
    clusters: fleet.clusters.length,
    nodes: fleet.clusters.reduce((sum, { nodes }) => sum + nodes.length, 0),
    apps: totals.apps,
    variants: totals.variants,
    objects: totals.objects,
    deployed: totals.deployed,
    files: written.files,
    bytes: written.bytes,
    cost: totals.cost,
  }
}

/** The summary as a table, one line a subject. */
export function describe(summary: Summary, terminal: Terminal): readonly [label: string, text: string][] {
  const { cost } = summary
  const number = (value: number) => terminal.style('bold', grouped(value))
  const usd = (value: number) => terminal.style('bold', `$${grouped(value)}`)
  const total = Object.values(summary.locations).reduce((sum, count) => sum + count, 0)
  const areas = Object.entries(summary.locations).map(([area, count]) => `${area} ${count}`)
  const fits = cost.plannedUsdPerMonth <= cost.budgetUsdPerMonth
  return [
    ['Locations', `${number(total)}  ${terminal.style('dim', areas.join(' · '))}`],
    ['Clusters', `${number(summary.clusters)} with ${number(summary.nodes)} nodes`],
    ['Apps', `${number(summary.apps)} in ${number(summary.variants)} variants`],
    [
      'Rendered',
      `${number(summary.objects)} objects for ${number(summary.deployed)} in the clusters; ${number(summary.files)} files, ${number(Math.round(summary.bytes / 1024))} KiB`,
    ],
    [
      'Cost',
      `${usd(cost.plannedUsdPerMonth)} a month planned, ${terminal.style(fits ? 'green' : 'red', fits ? 'within' : 'above')} the budget of ${usd(cost.budgetUsdPerMonth)}` +
        terminal.style('dim', ` · outside these lines about $${grouped(cost.outsideUsdPerMonth)}`),
    ],
  ]
}

export function printTable(rows: readonly (readonly [string, string])[], terminal: Terminal): void {
  for (const [label, text] of rows) terminal.print(`  ${terminal.style('dim', label.padEnd(10))} ${text}`)
}
