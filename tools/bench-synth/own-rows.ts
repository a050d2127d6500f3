import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { productionPaths, type SynthOutcome } from '../../synth/synth.ts'
import { type Cost, measure, median } from './measure.ts'
import { outcomeOf, type Paths, synthCommand } from './ours.ts'
import { expect, type Row } from './row.ts'
import type { Scratch } from './scratch.ts'

export interface OwnRows {
  readonly scratch: Scratch
  readonly repeats: number
  readonly measurer: string
  /** Writes a synthetic fleet and gives its folder. */
  facts(name: string, args: readonly string[]): string
  progress(text: string): void
}

/** The fleet that we have: all apps, all facts. */
export function realFleet(bench: OwnRows): Row[] {
  const paths = { ...productionPaths, out: '' }
  const group = 'the real fleet'
  return [
    row(bench, paths, {
      group,
      name: 'first run',
      how: 'no cache, no output',
      fresh: true,
    }),
    row(bench, paths, { group, name: 'nothing changed', how: 'the run after', wants: unchanged }),
  ]
}

/** A fleet of one-server clusters: a first run, then runs after one change. */
export function greatFleet(bench: OwnRows, clusters: number): Row[] {
  const facts = bench.facts('great', ['--clusters', String(clusters), '--size', 'small'])
  // As deep in the repository as the original, so that its imports hold.
  const apps = join(bench.scratch.dir, 'apps')
  if (existsSync(apps)) rmSync(apps, { recursive: true })
  cpSync(join(import.meta.dirname, 'apps'), apps, { recursive: true })
  const paths = { facts, apps, out: '' }
  const group = `${clusters} one-server clusters`
  const [anyCluster = ''] = readdirSync(join(facts, 'fleet'))
  const cluster = join(facts, 'fleet', anyCluster)
  const release = join(apps, 'web/release.yaml')
  let version = 0
  return [
    row(bench, paths, {
      group,
      name: 'first run',
      how: 'no cache, no output',
      fresh: true,
    }),
    row(bench, paths, {
      group,
      name: 'one app changed',
      how: 'a new version of one image',
      before: () => edit(release, /version: 1\.0\.\d+/, `version: 1.0.${++version}`),
      // One variant has the app's Deployment, and nothing else names the image.
      wants: (outcome) => outcome.written === 1 && outcome.pruned === 0,
    }),
    row(bench, paths, {
      group,
      name: "one cluster's facts changed",
      how: 'its two overflow regions in the other order',
      before: () => edit(cluster, /overflow: \[(\S+), (\S+)\]/, 'overflow: [$2, $1]'),
      // Its identity.yaml, and no file of another cluster.
      wants: (outcome) => outcome.written === 1 && outcome.pruned === 0,
    }),
    row(bench, paths, { group, name: 'nothing changed', how: 'the run after', wants: unchanged }),
  ]
}

/** The fleet that our way helps least: no two clusters share a variant of any app. */
export function distinctFleet(bench: OwnRows, clusters: number): Row[] {
  const settings = 'web.maxReplicas,api.maxReplicas,worker.maxReplicas'
  const facts = bench.facts('distinct', ['--clusters', String(clusters), '--distinct', settings])
  const paths = { facts, apps: join(import.meta.dirname, 'apps'), out: '' }
  return [
    row(bench, paths, {
      group: `${clusters} clusters`,
      name: 'meridian, all distinct',
      how: 'as above, but every cluster has settings of its own for every app: nothing is shared',
      fresh: true,
      wants: ({ summary }) => summary.variants === 3 * clusters && summary.objects >= 30 * clusters,
    }),
  ]
}

/** `out` is where the latest row wrote. */
type MutablePaths = Omit<Paths, 'out'> & { out: string }

interface Spec {
  readonly group: string
  readonly name: string
  readonly how: string
  /** Each run gets an output folder of its own. Default: that of the row before. */
  readonly fresh?: boolean
  /** What changes before each run. Default: nothing. */
  before?(): void
  /** Whether a run did the work that the row is about. Default: it was a first run. */
  wants?(outcome: SynthOutcome): boolean
}

function row(bench: OwnRows, paths: MutablePaths, spec: Spec): Row {
  const { group, name, how, fresh, before, wants = firstRun } = spec
  const costs: Cost[] = []
  for (let run = 1; run <= bench.repeats; run++) {
    bench.progress(`${group}, ${name}: run ${run} of ${bench.repeats}`)
    if (fresh) paths.out = bench.scratch.fresh('ours')
    before?.()
    const cost = measure(bench.measurer, [synthCommand(paths)])
    bench.progress(`  ${cost.cpuSeconds.toFixed(2)} CPU s`)
    costs.push(cost)
    const outcome = outcomeOf(paths.out)
    const { written, pruned, cached } = outcome
    const said = `${group}, ${name}: ${written} files written, ${pruned} removed, cached: ${cached}`
    expect(wants(outcome), `${said}: that is not the work of this row`)
  }
  const { clusters, objects, files, bytes } = outcomeOf(paths.out).summary
  return { group, name, how, clusters, objects, files, bytes, ...median(costs), runs: costs.length }
}

function firstRun({ cached, written, summary }: SynthOutcome): boolean {
  return !cached && written === summary.files && summary.files > 0
}

function unchanged({ cached, written, pruned }: SynthOutcome): boolean {
  return cached && written === 0 && pruned === 0
}

function edit(file: string, pattern: RegExp, replacement: string): void {
  const text = readFileSync(file, 'utf8')
  expect(pattern.test(text), `${file} has nothing like ${pattern}`)
  writeFileSync(file, text.replace(pattern, replacement))
}
