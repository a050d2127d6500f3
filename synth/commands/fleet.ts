import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Arguments, type Command, type Terminal, UsageError } from '../../bin/command.ts'
import type { Fleet } from '../../clusters/fleet.ts'
import type { Setting } from '../../clusters/generate.ts'
import type { Cluster } from '../../clusters/schema.ts'
import { productionPaths } from '../synth.ts'

export const command: Command = {
  help: `
Without a word after it: every cluster by wave and region, with its location, tier, size and nodes.

With generate: writes the facts of a synthetic fleet of N K3s clusters in the real locations, valid under every
check and the same on every run. It tells what synth costs for a fleet that we do not have yet.

  npx meridian fleet
  npx meridian fleet generate --clusters 1000 --out /tmp/facts
  npx meridian synth --facts /tmp/facts --out /tmp/rendered
  npx meridian fleet generate --clusters 1000 --out /tmp/facts --distinct router.maxReplicas
                        no two clusters share a variant of the router: the worst that a fleet can cost`,
  usage: '[generate]',
  options: {
    facts: { type: 'string', value: 'DIR', description: 'folder of the facts (clusters/)' },
    clusters: { type: 'string', value: 'N', description: 'generate: how many clusters' },
    out: { type: 'string', value: 'DIR', description: 'generate: new, empty or generated folder to write' },
    size: { type: 'string', value: 'SIZE', description: 'generate: small, medium or large, all (mixed)' },
    distinct: {
      type: 'string',
      value: 'A.P,…',
      description: 'generate: whole-number props of apps that differ on every cluster',
    },
  },
  run(args, terminal) {
    const [verb, ...rest] = args.positionals
    const unknown = verb === undefined || verb === 'generate' ? rest[0] : verb
    if (unknown !== undefined) throw new UsageError(`found ${unknown}, allowed: nothing or generate`)
    return verb === 'generate' ? generate(args, terminal) : show(args, terminal)
  },
}

async function show(args: Arguments, terminal: Terminal): Promise<number> {
  const stray = ['clusters', 'out', 'size', 'distinct'].find((name) => args.text(name) !== undefined)
  if (stray) throw new UsageError(`--${stray} is an option of: fleet generate`)
  const { loadFleet } = await import('../../clusters/fleet.ts')
  const rows = rowsOf(loadFleet(factsDir(args)))
  if (args.flag('json')) {
    terminal.json({ clusters: rows })
    return 0
  }
  const lines = rows.map(({ wave, region, name, location, distribution, tier, size, nodes, gpuNodes }) => {
    const gpu = gpuNodes > 0 ? ` (${gpuNodes} with GPU)` : ''
    const machines = distribution === 'eks' ? 'EKS' : `${nodes} ${nodes === 1 ? 'node' : 'nodes'}${gpu}`
    return [wave, region, name, `${location.city}, ${location.country}`, tier, size, machines]
  })
  printColumns(['wave', 'region', 'cluster', 'location', 'tier', 'size', 'nodes'], lines, terminal)
  const total = rows.reduce((sum, { nodes }) => sum + nodes, 0)
  terminal.print(`\n${terminal.style('bold', `${rows.length} clusters, ${total} nodes`)}`)
  return 0
}

/** Clusters in the order in which a change reaches them: by wave, then region, then name. */
function rowsOf(fleet: Fleet) {
  const waves = fleet.waves.map(({ name }) => name)
  return fleet.clusters
    .toSorted(
      (a, b) =>
        waves.indexOf(a.wave) - waves.indexOf(b.wave) ||
        a.region.localeCompare(b.region) ||
        a.name.localeCompare(b.name),
    )
    .map(({ name, wave, region, distribution, tier, size, nodes, location: code }) => {
      const { city = '', country = '' } = fleet.locations.get(code) ?? {}
      const gpuNodes = nodes.filter(({ machine }) => fleet.machines[machine]?.gpu).length
      const location = { code, city, country }
      return { name, wave, region, location, distribution, tier, size, nodes: nodes.length, gpuNodes }
    })
}

/** A table; wave and region, the first two columns, are printed where they change. */
function printColumns(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  terminal: Terminal,
): void {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const pad = (text: string, column: number) => text.padEnd(widths[column] ?? 0)
  terminal.print(terminal.style('dim', heads.map(pad).join('  ').trimEnd()))
  let previous: readonly string[] = []
  for (const row of rows) {
    const sameWave = row[0] === previous[0]
    const cells = row.map((cell, column) => {
      const repeated = sameWave && (column === 0 || (column === 1 && cell === previous[1]))
      return pad(repeated ? '' : cell, column)
    })
    if (!sameWave && previous.length > 0) terminal.print('')
    terminal.print(cells.join('  ').trimEnd())
    previous = row
  }
}

/** Says of a folder that everything in it was generated and may be replaced. */
const marker = '.synthetic-fleet'

async function generate(args: Arguments, terminal: Terminal): Promise<number> {
  const { generateFleet, maxClusters } = await import('../../clusters/generate.ts')
  const clusters = countOf(args.text('clusters'), maxClusters)
  const given = args.text('out')
  if (!given) throw new UsageError('--out DIR is missing: the folder to write')
  const options = { clusters, size: sizeOf(args.text('size')), distinct: settingsOf(args.text('distinct')) }
  const out = resolve(given)
  // Facts that are wrong are found before anything is replaced.
  const files = [...generateFleet(factsDir(args), options)]
  clear(out, given)
  terminal.progress(`writing ${files.length} files`)
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) {
    mkdirSync(join(out, folder), { recursive: true })
  }
  for (const { path, content } of files) writeFileSync(join(out, path), content)
  if (args.flag('json')) terminal.json({ out, clusters, files: files.length })
  else {
    terminal.print(
      `${terminal.style('green', '✓')} ${clusters} clusters in ${files.length} files: ${given}
  next: npx meridian synth --facts ${given} --out DIR`,
    )
  }
  return 0
}

function factsDir(args: Arguments): string {
  const given = args.text('facts')
  return given === undefined ? productionPaths.facts : resolve(given)
}

function countOf(text: string | undefined, most: number): number {
  if (text === undefined) throw new UsageError('--clusters N is missing: how many clusters')
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= most) return count
  throw new UsageError(`--clusters: found ${text}, allowed: a whole number from 1 to ${most}`)
}

function sizeOf(text: string | undefined): Cluster['size'] | undefined {
  if (text === undefined || text === 'small' || text === 'medium' || text === 'large') return text
  throw new UsageError(`--size: found ${text}, allowed: small, medium, large`)
}

function settingsOf(text: string | undefined): Setting[] {
  return (text?.split(',') ?? []).map((pair) => {
    const [, app, prop] = /^([a-z][a-z0-9-]*)\.([a-zA-Z]\w*)$/.exec(pair) ?? []
    if (app && prop) return { app, prop }
    throw new UsageError(`--distinct: found ${pair}, expected APP.PROP, such as router.maxReplicas`)
  })
}

/** Makes room in `out`, which may hold nothing but a synthetic fleet. */
function clear(out: string, given: string): void {
  if (existsSync(out) && !statSync(out).isDirectory()) throw new UsageError(`--out: ${given} is not a folder`)
  const found = existsSync(out) ? readdirSync(out) : []
  if (found.length > 0 && !found.includes(marker)) {
    throw new UsageError(`--out: ${given} is not empty and was not generated; name a new folder`)
  }
  mkdirSync(out, { recursive: true })
  // First, so that a run that is killed leaves a folder that the next may replace.
  writeFileSync(join(out, marker), 'npx meridian fleet generate\n')
  for (const name of found) if (name !== marker) rmSync(join(out, name), { recursive: true })
}
