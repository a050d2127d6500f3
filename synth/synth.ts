import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { openCache, type SynthPaths } from './cache.ts'
import { root } from './sources.ts'
import type { Summary } from './summary.ts'

export interface SynthOutcome {
  readonly summary: Summary
  /** Files that were rewritten or added, and stale ones that were removed. */
  readonly written: number
  readonly pruned: number
  /** Nothing had changed since the last run. */
  readonly cached: boolean
}

export const productionPaths: SynthPaths = {
  facts: join(root, 'clusters'),
  apps: join(root, 'apps'),
  out: join(root, 'rendered'),
}

/**
 * Renders the fleet and makes `paths.out` hold it. Where neither sources nor output changed since the last run,
 * that is all it finds out.
 *
 * @throws {FactsError | SynthError} the output stays as it was
 */
export async function synth(paths: SynthPaths, progress: (text: string) => void): Promise<SynthOutcome> {
  const cache = openCache(paths)
  const last = cache.unchanged()
  if (last) return { summary: last, written: 0, pruned: 0, cached: true }
  // Loaded only when there is something to render: start-up is part of every figure.
  const [
    { loadFleet },
    { loadCatalog },
    { hasCloud, renderCloud },
    { renderTree },
    { writeTree },
    { summaryOf },
  ] = await Promise.all([
    import('../clusters/fleet.ts'),
    import('./catalog.ts'),
    import('./cloud.ts'),
    import('./tree.ts'),
    import('./write.ts'),
    import('./summary.ts'),
  ])
  progress('reading the facts')
  const fleet = loadFleet(paths.facts, cache.parsed)
  // What is rendered dies young: on a great fleet a growing nursery only costs memory, 100 MB at 10,000 clusters.
  if (fleet.clusters.length > 2_000) setFlagsFromString('--semi-space-growth-factor=1')
  progress('loading the apps')
  const catalog = await loadCatalog(paths.apps, fleet.platform.registry)
  progress(`rendering ${catalog.length} apps for ${fleet.clusters.length} clusters`)
  const cloud = hasCloud(paths.facts) ? await renderCloud(fleet, progress) : []
  const tree = renderTree(fleet, catalog, { code: cache.code, cloud })
  const result = await writeTree(paths.out, tree.files, { index: cache.index, onWait: progress })
  const summary = summaryOf(fleet, tree.totals, result)
  cache.save(summary)
  return { summary, written: result.written, pruned: result.pruned, cached: false }
}
