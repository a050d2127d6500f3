import { createHash } from 'node:crypto'
import type { Helm } from '../apps/_lib/app.ts'
import type { Fleet } from '../clusters/fleet.ts'
import type { Cluster, Node } from '../clusters/schema.ts'
import { cloudInit } from '../nodes/cloud-init.ts'
import { type NodeInput, type NodeKind, nodeFiles, nodeVariant } from '../nodes/variant.ts'
import type { ApplicationWriter } from './applications.ts'
import type { CatalogEntry } from './catalog.ts'
import { rootProject } from './projects.ts'
import type { RenderedFile } from './render.ts'
import { platformTraits } from './traits.ts'
import { toYaml, toYamlDocuments } from './yaml.ts'

/** The kinds of node that the fleet has, each rendered once; clusters refer to them by digest. */
export interface NodeVariants {
  readonly files: readonly RenderedFile[]
  /** SHA-256 of every file, by variant and path: with them a node proves what it fetched. */
  readonly digests: unknown
  /** `clusters/<cluster>/node/<node>.yaml`: how a node of a cluster is born. */
  birth(cluster: Cluster, node: Node): string
}

export function renderNodes(
  fleet: Fleet,
  catalog: readonly CatalogEntry[],
  applications: ApplicationWriter,
): NodeVariants {
  const platform = platformTraits(fleet)
  const input: NodeInput = {
    platform,
    argocd: bootstrapChart(fleet, catalog),
    rootProject: rootProject(platform.repository),
  }
  const variants = new Map<string, readonly RenderedFile[]>()
  const digests = new Map<string, Readonly<Record<string, string>>>()
  for (const cluster of fleet.clusters) {
    for (const node of cluster.nodes) {
      const kind = kindOf(cluster, node, fleet)
      const name = nodeVariant(kind)
      if (variants.has(name)) continue
      const files = renderVariant(name, kind, input)
      variants.set(name, files)
      digests.set(
        name,
        Object.fromEntries(
          files.map(({ path, content }) => [path.slice(`nodes/${name}/`.length), sha256(content)]),
        ),
      )
    }
  }
  return {
    files: [...variants.keys()].toSorted().flatMap((name) => variants.get(name) ?? []),
    digests: [...digests],
    birth: (cluster, node) => {
      const variant = nodeVariant(kindOf(cluster, node, fleet))
      const document = cloudInit({
        cluster,
        node,
        servers: cluster.nodes.filter(({ role }) => role === 'server'),
        variant,
        filesDigest: digests.get(variant) ?? {},
        platform,
        root: applications.root(cluster),
      })
      return `#cloud-config\n${toYaml(document)}`
    },
  }
}

/** The chart that a blank node starts, as the smallest site has it; it then keeps itself. */
function bootstrapChart(fleet: Fleet, catalog: readonly CatalogEntry[]): Helm | undefined {
  const entry = catalog.find(({ app }) => app.bootstrap)
  const props = entry?.app.place(
    {
      distribution: 'k3s',
      edge: true,
      size: 'small',
      tier: 'silver',
      nodes: 1,
      highlyAvailable: false,
      gpu: false,
      apiServer: { cidr: fleet.platform.sites, port: 6443 },
    },
    entry.release,
    platformTraits(fleet),
  )
  return props === undefined ? undefined : entry?.app.helm?.(props)
}

function kindOf(cluster: Cluster, node: Node, fleet: Fleet): NodeKind {
  return {
    role: node.role,
    highlyAvailable: cluster.nodes.filter(({ role }) => role === 'server').length >= 3,
    gpu: fleet.machines[node.machine]?.gpu !== undefined,
  }
}

function renderVariant(name: string, kind: NodeKind, input: NodeInput): readonly RenderedFile[] {
  return Object.entries(nodeFiles(kind, input))
    .map(([path, content]) => ({
      path: `nodes/${name}/${path}`,
      content:
        typeof content === 'string'
          ? content
          : Array.isArray(content)
            ? toYamlDocuments(content)
            : toYaml(content),
    }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}
