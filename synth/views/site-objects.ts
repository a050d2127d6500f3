import type { Cluster } from '../../clusters/schema.ts'
import { dataAt, listAt } from './data.ts'
import { normal } from './normal.ts'
import { objectReader, type RenderedObject } from './objects.ts'
import type { RenderedTree } from './tree.ts'

/** What identity files of a sort have in common. */
export interface SiteObjects {
  /** Equal where the objects are. */
  readonly key: string
  readonly objects: readonly RenderedObject[]
}

const none: SiteObjects = { key: '', objects: [] }

/**
 * Reads what is a cluster's alone, reduced to what all clusters of a sort share: which objects there are, and what
 * their policies select. Addresses stay out, so that a thousand sites are a handful of sorts.
 */
export function siteReader(tree: RenderedTree): (cluster: Cluster) => SiteObjects {
  const read = objectReader()
  const texts = new Map<string, SiteObjects>()
  const sorts = new Map<string, SiteObjects>()
  return (cluster) => {
    const file = siteFile(cluster)
    const own = tree.read(file)
    if (own === undefined) return none
    const text = normal(own.replaceAll(identityJson, ''), cluster)
    let site = texts.get(text)
    if (site === undefined) {
      const objects = text.split(/^---\n/m).flatMap((part) => read(part, file) ?? [])
      const reduced = objects.map(reduce)
      const key = JSON.stringify(reduced.map(({ content }) => content))
      site = sorts.get(key) ?? { key, objects: reduced }
      sorts.set(key, site)
      texts.set(text, site)
    }
    return site
  }
}

export function siteFile({ name }: Pick<Cluster, 'name'>): string {
  return `clusters/${name}/identity/identity.yaml`
}

/** The file that programs read at run time: the city and its coordinates are in it, and nothing that rules ask. */
const identityJson = /^ {2}identity\.json: \|\n(?: {4}.*\n)+/gm

function reduce(object: RenderedObject): RenderedObject {
  const { kind, name, namespace, content } = object
  const spec = dataAt(content, 'spec')
  const kept =
    kind === 'NetworkPolicy'
      ? { podSelector: dataAt(spec, 'podSelector'), policyTypes: listAt(spec, 'policyTypes') }
      : kind === 'ExternalSecret'
        ? { target: dataAt(spec, 'target') }
        : {}
  return { ...object, content: { kind, metadata: { name, namespace }, spec: kept } }
}
