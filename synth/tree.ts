import type { Fleet } from '../clusters/fleet.ts'
import { applicationWriter } from './applications.ts'
import type { CatalogEntry } from './catalog.ts'
import { type Cost, costOf, volumesOf } from './cost.ts'
import { cloudCostOf } from './cost-cloud.ts'
import { documentsIn } from './documents.ts'
import { clusterKeys } from './keys.ts'
import { renderNodes } from './nodes.ts'
import { contentOf, type RenderedFile, renderVariant, type TreeFile } from './render.ts'
import { siteObjects } from './site.ts'
import type { CodeDigests } from './sources.ts'
import { planVariants, type Variant } from './variants.ts'
import { toYamlDocuments } from './yaml.ts'

/** What a rendering came to; complete when the last file was taken. */
export interface Totals {
  readonly apps: number
  readonly variants: number
  /** Objects of the variants, each once. */
  objects: number
  /** The same objects, counted on every cluster that runs them. */
  deployed: number
  readonly cost: Cost
}

export interface Tree {
  readonly totals: Totals
  /** Every file of the tree, one by one: a fleet of any size is never in memory whole. */
  readonly files: Iterable<TreeFile>
}

export interface TreeOptions {
  /** Gives the files of clusters keys, so that unchanged ones need not be rendered. */
  readonly code?: CodeDigests
  /** The files of the cloud's stacks (cloud.ts). @default none */
  readonly cloud?: readonly RenderedFile[]
}

/**
 * Renders facts × apps. Each distinct variant is rendered once; a cluster is a list of Applications that point at
 * variants, and what it has alone.
 *
 * @throws {SynthError} while planning, or while files are taken
 */
export function renderTree(fleet: Fleet, catalog: readonly CatalogEntry[], options: TreeOptions = {}): Tree {
  const { code, cloud = [] } = options
  const plan = planVariants(fleet, catalog)
  const rendered = cloud.flatMap((stack) => documentsIn(contentOf(stack), stack.path))
  const cost = costOf(fleet.budget, volumesOf(fleet), cloudCostOf(rendered, fleet))
  const totals = { apps: catalog.length, variants: plan.variants.length, objects: 0, deployed: 0, cost }
  return { totals, files: files() }

  function* files(): Generator<TreeFile> {
    const counts = new Map<Variant, number>()
    for (const variant of plan.variants) {
      const rendered = renderVariant(variant)
      const objects = rendered.filter(({ path }) => !path.endsWith('/values.yaml')).length
      counts.set(variant, objects)
      totals.objects += objects
      yield* rendered
    }
    const applications = applicationWriter(fleet.platform)
    const nodes = renderNodes(fleet, catalog, applications)
    yield* nodes.files
    const keys = code && clusterKeys(fleet, code)
    const index: string[] = []
    for (const cluster of fleet.clusters) {
      const variants = plan.of(cluster)
      const folder = `clusters/${cluster.name}`
      totals.deployed += variants.reduce((sum, variant) => sum + (counts.get(variant) ?? 0), 0)
      yield file(`${folder}/apps/applications.yaml`, keys?.applications(cluster, variants), () =>
        applications.applications(cluster, variants),
      )
      yield file(`${folder}/identity/identity.yaml`, keys?.identity(cluster, variants), () =>
        toYamlDocuments(siteObjects(cluster, fleet, variants)),
      )
      const births = keys?.births(cluster, nodes.digests)
      for (const node of cluster.nodes) {
        yield file(`${folder}/node/${node.name}.yaml`, births, () => nodes.birth(cluster, node))
      }
      const { location, region, wave } = cluster
      const country = fleet.locations.get(location)?.country
      const cpu = cluster.nodes.reduce((sum, { machine }) => sum + (fleet.machines[machine]?.cpu ?? 0), 0)
      const runs = Object.fromEntries(variants.map(({ app, name }) => [app.name, name]))
      index.push(
        `    ${JSON.stringify(cluster.name)}: ${JSON.stringify({ location, country, region, wave, cpu, runs })}`,
      )
    }
    yield* cloud
    yield { path: 'fleet.json', content: fleetIndex(fleet, cost, plan.variants, counts, index) }
  }
}

function file(path: string, key: string | undefined, render: () => string): TreeFile {
  return key === undefined ? { path, content: render() } : { path, key, render }
}

/** `fleet.json`: which cluster runs which variant, a line each; what diff, console and verify read. */
function fleetIndex(
  fleet: Fleet,
  cost: Cost,
  variants: readonly Variant[],
  counts: ReadonlyMap<Variant, number>,
  clusters: readonly string[],
): string {
  const rows = variants.map(
    (variant) =>
      `    ${JSON.stringify(`${variant.app.name}/${variant.name}`)}: ${JSON.stringify({
        layer: variant.app.layer,
        namespace: variant.app.namespace,
        objects: counts.get(variant) ?? 0,
      })}`,
  )
  return `{
  "version": 1,
  "waves": ${JSON.stringify(fleet.waves.map(({ name }) => name))},
  "cost": ${JSON.stringify(cost)},
  "variants": {
${rows.toSorted().join(',\n')}
  },
  "clusters": {
${clusters.join(',\n')}
  }
}
`
}
