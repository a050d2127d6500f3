import { join } from 'node:path'
import { z } from 'zod'
import { type Fleet, loadFleet } from '../clusters/fleet.ts'
import { loadCatalog } from './catalog.ts'
import type { Document } from './documents.ts'
import { contentOf } from './render.ts'
import { root } from './sources.ts'
import { renderTree } from './tree.ts'
import { treeOf } from './views/tree.ts'
import { viewsOf } from './views.ts'

export const fleet = loadFleet(join(root, 'clusters'))
const catalog = await loadCatalog(join(root, 'apps'), fleet.platform.registry)

/** A cluster of each sort, so that breaking something a hundred times is quick. */
const few = ['akl1', 'ams1', 'dub-eks', 'fra1']
export const sample: Fleet = { ...fleet, clusters: fleet.clusters.filter(({ name }) => few.includes(name)) }
/** What the sample renders to, by path; and its views. */
export const sampleFiles = rendered(sample)
export const sampleViews = viewsOf(treeOf(sampleFiles), sample)

export const Thing = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})
export const View = Thing.extend({ spec: z.record(z.string(), z.unknown()) })

/** What a fleet renders to, by path. */
export function rendered(of: Fleet): ReadonlyMap<string, string> {
  return new Map([...renderTree(of, catalog).files].map((file) => [file.path, contentOf(file)]))
}

export function textOf(path: string): string {
  return sampleFiles.get(path) ?? ''
}

/** The views of the sample with one file changed, or taken away where its text is empty. */
export function changedViews(path: string, text: string): readonly Document[] {
  const files = new Map([...sampleFiles, [path, text] as const])
  if (text === '') files.delete(path)
  return viewsOf(treeOf(files), sample)
}
