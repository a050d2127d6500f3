import type { Fleet } from '../clusters/fleet.ts'
import type { FleetView } from '../policies/views.ts'
import type { Document } from './documents.ts'
import { budgetView } from './views/budget.ts'
import { clusterViews } from './views/cluster.ts'
import { compositionsOf, foldersOf } from './views/composition.ts'
import { fleetIndex } from './views/fleet-index.ts'
import { namespaceViews } from './views/namespace.ts'
import { nodeViews } from './views/node.ts'
import { platformView } from './views/platform.ts'
import { routeViews } from './views/route.ts'
import { type RenderedTree, treeIn } from './views/tree.ts'
import { type MadeView, workloadViews } from './views/workload.ts'

/**
 * What fleet rules judge (policies/views.ts), made of what is rendered under `out` and of the facts. What Argo CD
 * reads decides: a variant counts where an Application names it.
 *
 * @returns each distinct view once, as JSON, with every rendered file that it was made of (its own object's first;
 * `fleet.json` for facts that reach no other file)
 * @throws {SynthError} where fleet.json is not what `synth` writes
 */
export function viewDocuments(out: string, fleet: Fleet): readonly Document[] {
  return viewsOf(treeIn(out), fleet)
}

/** The same for any tree, such as one with a change that is only in memory. */
export function viewsOf(tree: RenderedTree, fleet: Fleet): readonly Document[] {
  const index = fleetIndex(tree)
  const folders = foldersOf(tree)
  const { all, clusters } = compositionsOf(tree, folders, fleet)
  const workloads = new Map(all.map((composition) => [composition, workloadViews(composition)]))
  const everyWorkload = [...workloads.values()].flat()
  const nodes = nodeViews(tree, folders)
  const sources = {
    tree,
    folders,
    index,
    nodes: nodes.map(({ view }) => view),
    workloads: new Map([...workloads].map(([key, views]) => [key, views.map(({ view }) => view)])),
  }
  return distinct([
    ...everyWorkload,
    ...all.flatMap(namespaceViews),
    ...nodes,
    ...clusterViews(clusters, sources),
    ...routeViews(fleet, everyWorkload),
    { view: budgetView(fleet), files: ['fleet.json'] },
    { view: platformView(fleet), files: ['fleet.json'] },
  ])
}

/** Equal views are one document that names the files of all. */
function distinct(views: readonly MadeView<FleetView>[]): readonly Document[] {
  const files = new Map<string, Set<string>>()
  for (const made of views) {
    const text = JSON.stringify(made.view)
    const known = files.get(text)
    if (known === undefined) files.set(text, new Set(made.files))
    else for (const file of made.files) known.add(file)
  }
  return [...files].map(([text, of]) => ({ text, files: [...of] }))
}
