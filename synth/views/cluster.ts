import type { ClusterNode, ClusterView, NodeView, WorkloadView } from '../../policies/views.ts'
import { VIEWS } from '../../policies/views.ts'
import { projectOf } from '../projects.ts'
import { applicationsFile } from './applications.ts'
import { birthFile, birthReader } from './births.ts'
import type { Composition, Folders, PlacedCluster } from './composition.ts'
import type { FleetIndex } from './fleet-index.ts'
import { shippedLogs } from './logs.ts'
import { siteFile } from './site-objects.ts'
import type { RenderedTree } from './tree.ts'
import type { MadeView } from './workload.ts'

export interface ClusterSources {
  readonly tree: RenderedTree
  readonly folders: Folders
  readonly index: FleetIndex
  readonly nodes: readonly NodeView[]
  readonly workloads: ReadonlyMap<Composition, readonly WorkloadView[]>
}

/** Every cluster, from its facts and from what its Argo CD and its nodes are told. */
export function clusterViews(
  clusters: readonly PlacedCluster[],
  { tree, folders, index, nodes, workloads }: ClusterSources,
): readonly MadeView<ClusterView>[] {
  const birthOf = birthReader(tree)
  const kinds = new Map(nodes.map((node) => [node.metadata.name, node.spec]))
  const logs = new Map(
    [...workloads].map(([composition, views]) => [composition, views.flatMap(shippedLogs)]),
  )
  return clusters.map(({ cluster, applications, composition }) => {
    const births = cluster.nodes.map((node) => ({ node, birth: birthOf(cluster, node) }))
    const own = `rendered/clusters/${cluster.name}/identity`
    const placed = applications.flatMap(({ variant, project }) => (variant ? [{ variant, project }] : []))
    return {
      view: {
        apiVersion: VIEWS,
        kind: 'Cluster',
        metadata: { name: cluster.name },
        spec: {
          distribution: cluster.distribution,
          edge: cluster.distribution === 'k3s',
          wave: cluster.wave,
          runs: Object.fromEntries(placed.map(({ variant }) => cut(variant))),
          revisions: [...new Set(applications.flatMap(({ revisions }) => revisions))].toSorted(),
          strayProjects: placed.flatMap(({ variant, project }) => {
            const layer = index.layers.get(variant)
            return layer && projectOf(layer) !== project ? [`${variant} (${project})`] : []
          }),
          manual: applications.flatMap(({ name, automatic }) => (automatic ? [] : [name])),
          strayPaths: applications.flatMap(({ variant, paths }) =>
            variant ? [] : paths.filter((path) => path !== own),
          ),
          unrendered: placed.flatMap(({ variant }) => (folders.has(`apps/${variant}`) ? [] : [variant])),
          readsIdentity: applications.some(({ paths }) => paths.includes(own)),
          roots: births.flatMap(({ node, birth }) =>
            birth.root ? [{ node: node.name, ...birth.root }] : [],
          ),
          nodes: births.map(({ node, birth }): ClusterNode => {
            const kind = kinds.get(birth.variant)
            return {
              name: node.name,
              server: node.role === 'server',
              variant: birth.variant,
              known: kind !== undefined,
              closed: birth.closed,
              auditLog: kind?.args['kube-apiserver']?.['audit-log-path'] ?? '',
            }
          }),
          shippedLogs: logs.get(composition) ?? [],
        },
      },
      files: [
        applicationsFile(cluster),
        siteFile(cluster),
        ...cluster.nodes.map((node) => birthFile(cluster, node)),
      ],
    }
  })
}

function cut(variant: string): readonly [app: string, variant: string] {
  const slash = variant.indexOf('/')
  return [variant.slice(0, slash), variant.slice(slash + 1)]
}
