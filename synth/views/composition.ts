import type { Fleet } from '../../clusters/fleet.ts'
import type { Cluster } from '../../clusters/schema.ts'
import type { ClusterSort } from '../../policies/views.ts'
import { clusterTraits } from '../traits.ts'
import { type Application, applicationReader } from './applications.ts'
import { objectReader, type RenderedObject } from './objects.ts'
import { siteReader } from './site-objects.ts'
import type { RenderedTree } from './tree.ts'

/** Objects that run together in clusters of a sort: made once, however many clusters have just these. */
export interface Composition {
  readonly sort: ClusterSort
  readonly objects: readonly PlacedObject[]
}

export interface PlacedObject extends RenderedObject {
  /** `router/small`; `site` for what is a cluster's alone, of which only what all such clusters share is known. */
  readonly variant: string
}

/** What a cluster's Applications make of the tree. */
export interface PlacedCluster {
  readonly cluster: Cluster
  readonly applications: readonly Application[]
  readonly composition: Composition
}

export interface Compositions {
  readonly all: readonly Composition[]
  readonly clusters: readonly PlacedCluster[]
}

export function compositionsOf(tree: RenderedTree, folders: Folders, fleet: Fleet): Compositions {
  const applicationsOf = applicationReader(tree)
  const siteObjectsOf = siteReader(tree)
  const variantObjects = variantReader(tree, folders)
  const compositions = new Map<string, Composition>()
  const clusters = fleet.clusters.map((cluster): PlacedCluster => {
    const applications = applicationsOf(cluster)
    const site = siteObjectsOf(cluster)
    const sort = sortOf(cluster, fleet)
    const key = [
      JSON.stringify(sort),
      site.key,
      ...applications.flatMap(({ variant, namespace }) => (variant ? [`${variant} ${namespace}`] : [])),
    ].join('\n')
    let composition = compositions.get(key)
    if (composition === undefined) {
      composition = {
        sort,
        objects: [
          ...applications.flatMap(({ variant, namespace }) =>
            variant ? variantObjects(variant, namespace) : [],
          ),
          ...site.objects.map((object) => ({ ...object, variant: 'site' })),
        ],
      }
      compositions.set(key, composition)
    }
    return { cluster, applications, composition }
  })
  return { all: [...compositions.values()], clusters }
}

/** The files of the tree by the folder of their variant: `apps/router/small`, `nodes/server-ha`. */
export type Folders = ReadonlyMap<string, readonly string[]>

export function foldersOf(tree: RenderedTree): Folders {
  return Map.groupBy(
    [...tree.list('apps'), ...tree.list('nodes')].filter((path) =>
      /^(apps\/[^/]+\/[^/]+|nodes\/[^/]+)\//.test(path),
    ),
    (path) =>
      path
        .split('/')
        .slice(0, path.startsWith('apps/') ? 3 : 2)
        .join('/'),
  )
}

function variantReader(tree: RenderedTree, folders: Folders) {
  const read = objectReader()
  const known = new Map<string, readonly PlacedObject[]>()
  return (variant: string, home: string): readonly PlacedObject[] => {
    const key = `${variant} ${home}`
    let objects = known.get(key)
    if (objects === undefined) {
      objects = (folders.get(`apps/${variant}`) ?? [])
        .filter((path) => path.endsWith('.yaml') && !path.endsWith('/values.yaml'))
        .flatMap((path) => read(tree.read(path) ?? '', path, home) ?? [])
        .map((object) => ({ ...object, variant }))
      known.set(key, objects)
    }
    return objects
  }
}

function sortOf(cluster: Cluster, fleet: Fleet): ClusterSort {
  const { distribution, nodes, highlyAvailable } = clusterTraits(cluster, fleet)
  return { distribution, nodes, highlyAvailable }
}
