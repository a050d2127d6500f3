import { embedded } from './embedded.ts'
import { keyedItems } from './list-keys.ts'
import { canonical, isMap } from './plain.ts'

/** One field that differs. Both values present: changed; one: added or removed. */
export interface FieldChange {
  /** `spec.template.spec.containers[router].image`: list items by their key where Kubernetes has one. */
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
}

/**
 * What differs between two values, field by field. Lists are matched as Kubernetes merges them: by name or another
 * key; lists of scalars and of items without a key by content, so that an item put in front is one item added.
 * Texts that hold JSON are compared by their fields, longer texts by their lines.
 *
 * `fieldChanges(a, a)` is empty; the order of keys, and of keyed lists, is no difference.
 */
export function fieldChanges(before: unknown, after: unknown, path = ''): readonly FieldChange[] {
  // Zero has no sign in a document.
  if (before === after) return []
  if (isMap(before) && isMap(after)) return mapChanges(before, after, path)
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(before, after, path)
  if (typeof before === 'string' && typeof after === 'string') return textChanges(before, after, path)
  return [{ path, before, after }]
}

function mapChanges(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: string,
): readonly FieldChange[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => {
    const inner = join(path, key)
    if (!Object.hasOwn(before, key)) return [{ path: inner, after: after[key] }]
    if (!Object.hasOwn(after, key)) return [{ path: inner, before: before[key] }]
    return fieldChanges(before[key], after[key], inner)
  })
}

function listChanges(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): readonly FieldChange[] {
  const keyed = keyedItems(before, after, path)
  return keyed ? keyedChanges(...keyed, path) : unkeyedChanges(before, after, path)
}

function keyedChanges(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
  path: string,
): readonly FieldChange[] {
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].flatMap((key) => {
    const inner = `${path}[${key}]`
    if (!before.has(key)) return [{ path: inner, after: after.get(key) }]
    if (!after.has(key)) return [{ path: inner, before: before.get(key) }]
    return fieldChanges(before.get(key), after.get(key), inner)
  })
}

/** Equal items pair first, wherever they stand; what is left pairs in order if it is as many on both sides. */
function unkeyedChanges(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): readonly FieldChange[] {
  const spare = new Map<string, number>()
  for (const item of after) add(spare, canonical(item), 1)
  const gone = before.map((item, at) => ({ item, at })).filter(({ item }) => !add(spare, canonical(item), -1))
  const come = after
    .map((item, at) => ({ item, at }))
    .toReversed()
    .filter(({ item }) => add(spare, canonical(item), -1))
    .toReversed()
  if (gone.length === 0 && come.length === 0) {
    // The order of a command's words is its meaning; rules and peers have none.
    const moved = before.some((item, at) => !isMap(item) && canonical(item) !== canonical(after[at]))
    return moved ? [{ path, before, after }] : []
  }
  if (
    gone.length === come.length &&
    gone.every(({ item }) => isMap(item)) &&
    come.every(({ item }) => isMap(item))
  ) {
    return gone.flatMap(({ item, at }, index) => fieldChanges(item, come[index]?.item, `${path}[${at}]`))
  }
  return [
    ...gone.map(({ item, at }) => ({ path: `${path}[${label(item, at)}]`, before: item })),
    ...come.map(({ item, at }) => ({ path: `${path}[${label(item, at)}]`, after: item })),
  ]
}

/** Takes from or adds to a multiset; taking says whether there was one. */
function add(counts: Map<string, number>, key: string, by: 1 | -1): boolean {
  const count = counts.get(key) ?? 0
  if (by < 0 && count === 0) return false
  counts.set(key, count + by)
  return true
}

/** A scalar in a list is called by itself: no position says more. */
function label(item: unknown, at: number): string {
  return isMap(item) || Array.isArray(item) ? String(at) : ''
}

function textChanges(before: string, after: string, path: string): readonly FieldChange[] {
  if (!before.includes('\n') && !after.includes('\n')) return [{ path, before, after }]
  const [old, now] = [embedded(before), embedded(after)]
  if (old !== undefined && now !== undefined) return fieldChanges(old, now, path)
  return [{ path, ...changedLines(before, after) }]
}

/** Only the lines that differ, without what both begin and end with. */
function changedLines(before: string, after: string): { before: string; after: string } {
  const [old, now] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++
  let end = 0
  while (
    end < Math.min(old.length, now.length) - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end++
  return {
    before: old.slice(start, old.length - end).join('\n'),
    after: now.slice(start, now.length - end).join('\n'),
  }
}

function join(path: string, key: string): string {
  // Keys with dots of their own, such as annotations and file names, stand in quotes.
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`
  return path === '' ? key : `${path}.${key}`
}
