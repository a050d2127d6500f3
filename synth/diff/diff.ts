import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SynthError } from '../errors.ts'
import { costDelta } from './cost-delta.ts'
import { byWeight, dangersOf } from './dangers.ts'
import { clusterChanges, clusterDangers, refDangers, waveOf } from './fleet-dangers.ts'
import { type FleetIndex, parseFleetIndex } from './fleet-index.ts'
import { fold } from './fold.ts'
import { gather } from './gather.ts'
import { type Commit, folder, resolveCommits } from './git.ts'
import { radiusMeter } from './radius.ts'
import type { DiffReport } from './report.ts'
import { riskOf } from './risk.ts'
import { readText } from './tree-reader.ts'

export interface DiffOptions {
  /** The clone (this one). */
  readonly root?: string
  /** Counts the clusters of this wave only; the one that the base names (`wave/early`), if it names one. */
  readonly wave?: string
  readonly progress?: (text: string) => void
}

/**
 * What changes in `rendered/` between two commits: objects by field, whom it reaches, what is dangerous about it,
 * what it costs.
 *
 * @param head a ref; without it: `rendered/` as it lies in the working tree
 * @throws {SynthError} for a ref that is not there, a commit without `rendered/`, a clone that lacks objects
 *
 * @example
 * ```ts
 * const { risk, changes } = await diffTrees('wave/early', 'wave/canary')
 * ```
 */
export async function diffTrees(base: string, head?: string, options: DiffOptions = {}): Promise<DiffReport> {
  const root = options.root ?? join(import.meta.dirname, '../..')
  const [from, to] = resolveCommits(root, head === undefined ? [base] : [base, head])
  if (!from) throw new SynthError(base, 'no such commit', 'name a branch, a tag or an id')
  options.progress?.('reading what differs')
  const fleets = await readFleets(root, from, to)
  const wave = options.wave ?? waveOf(base)
  const concerns = concernsOf(fleets, wave)
  const gathered = await gather({ root, base: from.id, head: to?.id }, fleets, concerns)
  options.progress?.('weighing what it means')
  const radiusOf = radiusMeter(fleets.base, fleets.head)
  const clusters = clusterChanges(fleets.base, fleets.head)
  const changes = fold(gathered.objects, radiusOf)
  const files = gathered.files.map((file) => ({ ...file, radius: radiusOf(file.clusters) }))
  const reached = reachedBy([...changes, ...files], clusters)
  const radius = radiusOf(reached)
  const dangers = byWeight([
    ...dangersOf(gathered.objects, gathered.files),
    ...clusterDangers(clusters),
    ...(to ? refDangers(root, from, to.id, fleets.head.waves) : []),
  ])
  return {
    version: 1,
    base: { ref: from.ref, commit: from.id },
    head: to ? { ref: to.ref, commit: to.id } : { ref: 'working tree' },
    ...(wave === undefined ? {} : { wave }),
    risk: riskOf(dangers, radius, gathered.paths === 0),
    dangers,
    radius,
    waves: wavesOf(fleets.head, reached, [...changes, ...files]),
    clusters,
    cost: costDelta(fleets.base, fleets.head),
    changes,
    files: files.map(({ lines, paths, clusters, ...file }) => ({
      ...file,
      paths: [...paths],
      clusters: [...clusters],
      lines: lines.map(({ removed, added }) => ({ removed: [...removed], added: [...added] })),
    })),
    paths: { changed: gathered.paths, cosmetic: [...gathered.cosmetic] },
  }
}

async function readFleets(
  root: string,
  from: Commit,
  to: Commit | undefined,
): Promise<{ base: FleetIndex; head: FleetIndex }> {
  const texts = await readText(root, 'fleet.json', {
    ...(from.index ? { before: from.index } : {}),
    ...(to?.index ? { after: to.index } : {}),
  })
  const after = to ? texts.after : readWorktree(root)
  const base = parseFleetIndex(texts.before, from.ref)
  // Ten thousand clusters take a tenth of a second to check: once, if they are the same.
  return { base, head: after === texts.before ? base : parseFleetIndex(after, to?.ref ?? 'working tree') }
}

function readWorktree(root: string): string | undefined {
  try {
    return readFileSync(join(root, folder, 'fleet.json'), 'utf8')
  } catch {
    return undefined
  }
}

function concernsOf(
  { base, head }: { base: FleetIndex; head: FleetIndex },
  wave: string | undefined,
): (cluster: string) => boolean {
  if (wave === undefined) return () => true
  if (!head.waves.includes(wave)) {
    throw new SynthError(`wave ${wave}`, 'no such wave', `the waves are: ${head.waves.join(', ')}`)
  }
  return (cluster) => (head.clusters[cluster] ?? base.clusters[cluster])?.wave === wave
}

function reachedBy(
  changes: readonly { readonly clusters: readonly string[] }[],
  { added, removed, moved }: DiffReport['clusters'],
): readonly string[] {
  const reached = new Set<string>([...added, ...removed, ...moved.map(({ cluster }) => cluster)])
  for (const { clusters } of changes) for (const cluster of clusters) reached.add(cluster)
  return [...reached]
}

function wavesOf(
  head: FleetIndex,
  reached: readonly string[],
  changes: readonly { readonly clusters: readonly string[] }[],
): DiffReport['waves'] {
  return head.waves.flatMap((wave) => {
    const inWave = (cluster: string) => head.clusters[cluster]?.wave === wave
    const clusters = reached.filter(inWave).length
    return clusters === 0
      ? []
      : [{ wave, clusters, changes: changes.filter(({ clusters }) => clusters.some(inWave)).length }]
  })
}
