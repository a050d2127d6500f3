import { type DocumentPair, keyOf, type ObjectId, parseDocument } from './documents.ts'
import { type FieldChange, fieldChanges } from './fields.ts'
import type { Plain } from './plain.ts'
import { shapeOf } from './shape.ts'

/** Where an object lies. */
export interface Place {
  /**
   * `app`: of an app's variant; `cluster`: one cluster's own; `node`: what its nodes start by themselves; `cloud`: a
   * resource of a stack, which no cluster runs.
   */
  readonly scope: 'app' | 'cluster' | 'node' | 'cloud'
  /** The app, the folder of the cluster (`apps`, `identity`), the node variant, or the stack. */
  readonly subject: string
  /**
   * `edited`: what runs changes. `moved`: the clusters go from one variant to another. `placed`, `withdrawn`: the
   * app is new on the clusters, or leaves them.
   */
  readonly why: 'edited' | 'moved' | 'placed' | 'withdrawn'
}

/** One object that changes in one way, in every variant and on every cluster where it changes so. */
export interface ObjectChange extends Place {
  readonly op: 'added' | 'removed' | 'changed'
  readonly id: ObjectId
  readonly before?: Plain
  readonly after?: Plain
  /** Empty for objects that come or go. */
  readonly fields: readonly FieldChange[]
  /** `small`, or `large → large-max-replicas-9`; empty outside apps. */
  readonly variants: readonly string[]
  readonly clusters: readonly string[]
}

/** What is common to a way of changing; clusters are added while files come in. */
export interface Entry {
  readonly place: Place
  readonly pair: DocumentPair
  /** Clusters' own objects: the name that the texts hold in this place. */
  readonly name: string | undefined
  readonly variants: Set<string>
  readonly clusters: (readonly string[])[]
}

/** Gathers pairs of documents, those that change in the same way together. */
export class Changes {
  readonly #entries = new Map<string, Entry>()

  /** @param name what is one cluster's alone in the texts: its name */
  add(place: Place, pair: DocumentPair, where: { name?: string; variant?: string }): Entry {
    const key = JSON.stringify([
      place.scope,
      place.subject,
      place.why,
      keyOf(pair.id),
      wayOf(pair, where.name),
    ])
    const known = this.#entries.get(key)
    const entry = known ?? { place, pair, name: where.name, variants: new Set(), clusters: [] }
    if (!known) this.#entries.set(key, entry)
    if (where.variant) entry.variants.add(where.variant)
    return entry
  }

  /** Parses one of each way, and compares it field by field. */
  all(): readonly ObjectChange[] {
    return [...this.#entries.values()].map(changeOf)
  }
}

function wayOf({ before, after }: DocumentPair, name: string | undefined): string {
  if (before !== undefined && after !== undefined) {
    const shape = shapeOf(before, after)
    return name ? shape.replaceAll(name, '{}') : shape
  }
  // Of what comes or goes, each object stands for all of its name.
  return before === undefined ? 'added' : 'removed'
}

function changeOf({ place, pair, name, variants, clusters }: Entry): ObjectChange {
  const before = pair.before === undefined ? undefined : parseDocument(pair.before)
  const after = pair.after === undefined ? undefined : parseDocument(pair.after)
  const fields = before && after ? fieldChanges(before, after) : []
  return {
    ...place,
    op: before ? (after ? 'changed' : 'removed') : 'added',
    id: pair.id,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    fields: name ? fields.map((field) => masked(field, name)) : fields,
    variants: [...variants],
    clusters: [...new Set(clusters.flat())],
  }
}

/** The same for every cluster: its name is written as `{cluster}`. */
function masked(field: FieldChange, name: string): FieldChange {
  const word = new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`, 'g')
  const mask = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replace(word, '{cluster}'))
  return {
    path: field.path.replace(word, '{cluster}'),
    ...('before' in field ? { before: mask(field.before) } : {}),
    ...('after' in field ? { after: mask(field.after) } : {}),
  }
}
