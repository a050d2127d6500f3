import type { Cluster } from '../../clusters/schema.ts'
import type { Data } from '../../policies/views.ts'
import { dataAt, listAt, parseData, textAt } from './data.ts'
import { normal, ofCluster } from './normal.ts'
import type { RenderedTree } from './tree.ts'

/** An Argo CD Application of a cluster, as far as it says what runs there. */
export interface Application {
  readonly name: string
  readonly project: string
  /** Where objects go that name no namespace. */
  readonly namespace: string
  /** `router/small`, where its path is a variant's. */
  readonly variant?: string
  /** Its paths in our repository. */
  readonly paths: readonly string[]
  /** What it tracks there. */
  readonly revisions: readonly string[]
  /** It syncs by itself, prunes and heals. */
  readonly automatic: boolean
}

/** Reads the Applications of clusters; clusters with the same ones share the work. */
export function applicationReader(tree: RenderedTree): (cluster: Cluster) => readonly Application[] {
  const known = new Map<string, readonly Application[]>()
  return (cluster) => {
    const own = tree.read(applicationsFile(cluster))
    if (own === undefined) return []
    const text = normal(own, cluster)
    let applications = known.get(text)
    if (applications === undefined) {
      applications = text.split(/^---\n/m).flatMap((part) => {
        const object = parseData(part)
        return textAt(object, 'kind') === 'Application' && object ? [applicationOf(object)] : []
      })
      known.set(text, applications)
    }
    return applications.map((application) =>
      application.variant
        ? application
        : { ...application, paths: application.paths.map((path) => ofCluster(path, cluster)) },
    )
  }
}

export function applicationsFile({ name }: Pick<Cluster, 'name'>): string {
  return `clusters/${name}/apps/applications.yaml`
}

function applicationOf(object: Data): Application {
  const spec = dataAt(object, 'spec')
  const sources = [dataAt(spec, 'source'), ...listAt(spec, 'sources')]
  // A chart's source has no path, and its revision is the chart's.
  const ours = sources.filter((source) => textAt(source, 'chart') === '' && textAt(source, 'repoURL') !== '')
  const paths = ours.map((source) => textAt(source, 'path')).filter((path) => path !== '')
  // A chart of which we render only the values: the source `ref` has no path, the values name it.
  const values = sources
    .flatMap((source) => listAt(source, 'helm', 'valueFiles'))
    .filter((file) => typeof file === 'string')
    .map((file) => file.replace(/^\$values\//, '').replace(/\/values\.yaml$/, ''))
  const all = [...new Set([...paths, ...values])]
  const variant = all.map((path) => /^rendered\/apps\/([^/]+\/[^/]+)$/.exec(path)?.[1]).find(Boolean)
  const automated = dataAt(spec, 'syncPolicy', 'automated')
  return {
    name: textAt(object, 'metadata', 'name'),
    project: textAt(spec, 'project'),
    namespace: textAt(spec, 'destination', 'namespace'),
    ...(variant ? { variant } : {}),
    paths: all,
    revisions: [...new Set(ours.map((source) => textAt(source, 'targetRevision')))],
    automatic: automated.prune === true && automated.selfHeal === true && automated.enabled !== false,
  }
}
