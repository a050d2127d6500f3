import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadFleet } from '../clusters/fleet.ts'
import type { SynthPaths } from './cache.ts'
import { loadCatalog } from './catalog.ts'
import { hasCloud, renderCloud } from './cloud.ts'
import { contentOf } from './render.ts'
import { renderTree } from './tree.ts'
import { listFiles } from './write.ts'

/** A file of the output that is not what the sources give. */
export interface Drift {
  readonly path: string
  readonly kind: 'changed' | 'missing' | 'stale'
  /** What is there; empty if missing. */
  readonly found: string
  /** What the sources give; empty if stale. */
  readonly expected: string
}

/** Renders everything anew, without any cache, and compares it with what is there. Nothing is written. */
export async function compareTree({ facts, apps, out }: SynthPaths): Promise<readonly Drift[]> {
  const fleet = loadFleet(facts)
  const catalog = await loadCatalog(apps, fleet.platform.registry)
  const existing = new Set(listFiles(out))
  const drifts: Drift[] = []
  const cloud = hasCloud(facts) ? await renderCloud(fleet, () => {}, true) : []
  for (const file of renderTree(fleet, catalog, { cloud }).files) {
    const { path } = file
    const content = contentOf(file)
    if (!existing.delete(path)) {
      drifts.push({ path, kind: 'missing', found: '', expected: content })
      continue
    }
    const found = readFileSync(join(out, path), 'utf8')
    if (found !== content) drifts.push({ path, kind: 'changed', found, expected: content })
  }
  for (const path of [...existing].toSorted()) {
    drifts.push({ path, kind: 'stale', found: readFileSync(join(out, path), 'utf8'), expected: '' })
  }
  return drifts
}
