import { readPairs } from './blobs.ts'
import { Changes, type Entry, type ObjectChange, type Place } from './change.ts'
import { type DocumentPair, differingDocuments } from './documents.ts'
import type { FleetIndex } from './fleet-index.ts'
import { type ChangedPath, changedPaths, filesWith } from './git.ts'
import { type FileChange, FileChanges } from './lines.ts'
import { openTemplates, type Templates } from './templates.ts'
import { labelOf, type Transition, transitionsOf } from './transitions.ts'
import { list, pairListings } from './tree-reader.ts'

export interface Sides {
  readonly root: string
  readonly base: string
  /** A commit; `undefined`: the working tree. */
  readonly head: string | undefined
}

export interface Gathered {
  readonly objects: readonly ObjectChange[]
  readonly files: readonly FileChange[]
  /** How many files differ. */
  readonly paths: number
  /** Files and objects that are the same, written otherwise. */
  readonly cosmetic: readonly string[]
}

/** Reads every changed file of `rendered/`, and gathers what it means for the clusters that `concerns` allows. */
export async function gather(
  sides: Sides,
  fleets: { readonly base: FleetIndex; readonly head: FleetIndex },
  concerns: (cluster: string) => boolean,
): Promise<Gathered> {
  const transitions = transitionsOf(fleets.base, fleets.head).map((transition) => ({
    ...transition,
    clusters: transition.clusters.filter(concerns),
  }))
  const [changes, files] = [new Changes(), new FileChanges()]
  const cosmetic: string[] = []
  const ofNodes = new NodeVariants()
  const runs = variantRuns(transitions, fleets)
  const lists = openLists(changes)
  let paths = 0

  const take = (path: string, before: Buffer | undefined, after: Buffer | undefined) => {
    paths++
    const [room = '', first = '', second = '', third = ''] = path.split('/')
    const both = () => [before?.toString('utf8'), after?.toString('utf8')] as const
    if (path === 'fleet.json') return
    if (room === 'apps' && third) {
      const clusters = runs(first, second)
      if (!clusters) return
      const pairs = documentsOf(path, first, ...both())
      if (pairs.length === 0) cosmetic.push(path)
      const place: Place = { scope: 'app', subject: first, why: 'edited' }
      for (const pair of pairs) changes.add(place, pair, { variant: second }).clusters.push(clusters)
    } else if (room === 'clusters' && third) {
      // A cluster that comes or goes is one line of the report, not its thousand objects.
      if (!fleets.base.clusters[first] || !fleets.head.clusters[first] || !concerns(first)) return
      if (second !== 'node') lists(second, first, before, after)
      else {
        const [old, now] = both()
        ofNodes.see(first, now ?? '')
        const node = third.replace(/\.yaml$/, '')
        files.add(path, old, now, [first], { [node]: '{node}', [first]: '{cluster}' })
      }
    } else if (room === 'nodes' && second) {
      const [old, now] = both()
      if (second === 'manifests') {
        const place: Place = { scope: 'node', subject: 'nodes', why: 'edited' }
        for (const pair of differingDocuments(old ?? '', now ?? '')) {
          ofNodes.later(first, changes.add(place, pair, { variant: first }))
        }
      } else ofNodes.file(first, path, old, now)
    } else if (room === 'cloud') {
      const [old, now] = both()
      const place: Place = { scope: 'cloud', subject: first.replace(/\.yaml$/, ''), why: 'edited' }
      const pairs = differingDocuments(old ?? '', now ?? '')
      if (pairs.length === 0) cosmetic.push(path)
      for (const pair of pairs) changes.add(place, pair, {})
    } else files.add(path, ...both(), [])
  }
  await readPairs(sides.root, changedPaths(sides.root, sides.base, sides.head), take)
  ofNodes.settle(files, concerns, (variant) => nodesOf(sides, variant))
  await moves(sides, transitions, changes)
  const isCosmetic = ({ op, fields }: ObjectChange) => op === 'changed' && fields.length === 0
  const all = changes.all()
  for (const { subject, variants, id } of all.filter(isCosmetic)) {
    cosmetic.push(`${[subject, ...variants].join(' ')}: ${id.kind} ${id.name}`)
  }
  const objects = all.filter((change) => !isCosmetic(change))
  return { objects, files: files.all(), paths, cosmetic }
}

/** The objects in which two files of a variant differ; a chart's values are one. */
function documentsOf(
  path: string,
  app: string,
  before: string | undefined,
  after: string | undefined,
): readonly DocumentPair[] {
  if (!path.endsWith('/values.yaml')) return differingDocuments(before ?? '', after ?? '')
  const id = { apiVersion: '', kind: 'Values', namespace: '', name: app }
  return [{ id, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

/** The clusters on which a variant's files change under their feet; `undefined`: a move tells it better. */
function variantRuns(transitions: readonly Transition[], fleets: { base: FleetIndex; head: FleetIndex }) {
  const staying = new Map<string, readonly string[]>()
  const moving = new Set<string>()
  for (const { app, from, to, clusters } of transitions) {
    if (from === to) staying.set(`${app}/${to}`, clusters)
    else for (const name of [from, to]) if (name !== undefined) moving.add(`${app}/${name}`)
  }
  return (app: string, variant: string): readonly string[] | undefined => {
    const name = `${app}/${variant}`
    if (staying.has(name) || moving.has(name)) return staying.get(name)
    // Of clusters that come or go alone.
    const sides = [fleets.base.clusters, fleets.head.clusters]
    return sides.flatMap((clusters) =>
      Object.entries(clusters).flatMap(([cluster, { runs }]) => (runs[app] === variant ? [cluster] : [])),
    )
  }
}

/** Clusters' own objects: their lists of Applications, their identities. */
function openLists(changes: Changes) {
  const looks = new Map<string, Templates>()
  const look = (subject: string) => (name: string, before: string, after: string) => {
    const place: Place = { scope: 'cluster', subject, why: 'edited' }
    return differingDocuments(before, after).map((pair) => {
      const entry = changes.add(place, pair, { name })
      entry.clusters.push([name])
      return entry
    })
  }
  const repeat = (name: string, seen: readonly Entry[]) => {
    for (const { clusters } of seen) clusters.push([name])
  }
  return (subject: string, cluster: string, before: Buffer | undefined, after: Buffer | undefined) => {
    const open = looks.get(subject) ?? openTemplates(look(subject), repeat)
    looks.set(subject, open)
    open.add(cluster, before ?? Buffer.alloc(0), after ?? Buffer.alloc(0))
  }
}

/** Which clusters have nodes of a variant is in the nodes' own files, which change with the variant's digests. */
class NodeVariants {
  readonly #clusters = new Map<string, Set<string>>()
  readonly #entries: [variant: string, entry: Entry][] = []
  readonly #files: [variant: string, path: string, before?: string, after?: string][] = []

  see(cluster: string, birth: string): void {
    const variant = /^\s*VARIANT='([^']+)'/m.exec(birth)?.[1]
    if (!variant) return
    const clusters = this.#clusters.get(variant)
    if (clusters) clusters.add(cluster)
    else this.#clusters.set(variant, new Set([cluster]))
  }

  later(variant: string, entry: Entry): void {
    this.#entries.push([variant, entry])
  }

  file(variant: string, path: string, before?: string, after?: string): void {
    this.#files.push([variant, path, before, after])
  }

  /** @param ask for a variant that no changed file names */
  settle(
    files: FileChanges,
    concerns: (cluster: string) => boolean,
    ask: (variant: string) => readonly string[],
  ): void {
    const of = (variant: string) => {
      const known = this.#clusters.get(variant) ?? new Set(ask(variant))
      this.#clusters.set(variant, known)
      return [...known].filter(concerns)
    }
    for (const [variant, entry] of this.#entries) entry.clusters.push(of(variant))
    for (const [variant, path, before, after] of this.#files) {
      files.add(path, before, after, of(variant), { [`/${variant}/`]: '/{variant}/' })
    }
  }
}

/** The clusters that have nodes of a variant, by their nodes' files. */
function nodesOf({ root, base, head }: Sides, variant: string): readonly string[] {
  const files = filesWith(root, head ?? base, `VARIANT='${variant}'`, 'clusters')
  return [...new Set(files.flatMap((path) => path.split('/')[1] ?? []))]
}

/** What a move from one variant to another comes to: the one's objects before against the other's after. */
async function moves(sides: Sides, transitions: readonly Transition[], changes: Changes): Promise<void> {
  const wanted: { path: ChangedPath; transition: Transition }[] = []
  for (const transition of transitions) {
    const { app, from, to, clusters } = transition
    if (from === to || clusters.length === 0) continue
    const before = from === undefined ? new Map() : list(sides.root, sides.base, `apps/${app}/${from}`)
    const after = to === undefined ? new Map() : list(sides.root, sides.head, `apps/${app}/${to}`)
    const paths = pairListings(before, after, `apps/${app}/${to ?? from}`)
    wanted.push(...paths.map((path) => ({ path, transition })))
  }
  let next = 0
  const take = (path: string, before: Buffer | undefined, after: Buffer | undefined) => {
    const transition = wanted[next++]?.transition
    if (!transition) return
    const { app, from, to, clusters } = transition
    const why = from === undefined ? 'placed' : to === undefined ? 'withdrawn' : 'moved'
    const place: Place = { scope: 'app', subject: app, why }
    for (const pair of documentsOf(path, app, before?.toString('utf8'), after?.toString('utf8'))) {
      changes.add(place, pair, { variant: labelOf(transition) }).clusters.push(clusters)
    }
  }
  if (wanted.length > 0)
    await readPairs(
      sides.root,
      wanted.map(({ path }) => path),
      take,
    )
}
