import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { countedLabel } from './apps/_lib/ten-objects.ts'

export interface Output {
  readonly files: number
  readonly bytes: number
  /** Objects of the bench's apps, in whatever format. */
  readonly objects: number
}

/** Counts what lies under `dir`, by the label that every object of the bench carries once. */
export function countOutput(dir: string): Output {
  const label = Buffer.from(countedLabel)
  const total = { files: 0, bytes: 0, objects: 0 }
  for (const file of filesUnder(dir)) {
    const content = readFileSync(file)
    total.files++
    total.bytes += content.length
    for (let at = content.indexOf(label); at >= 0; at = content.indexOf(label, at + label.length))
      total.objects++
  }
  return total
}

/** The objects of one cluster in a peer's output: files of its own (YAML documents, a List), or one file for all. */
export function objectsOfCluster(dir: string, cluster: string): readonly unknown[] {
  const files = [...filesUnder(dir)]
  const own = files.filter((file) => basename(file).startsWith(`${cluster}.`))
  const list = own.length > 0 ? 'items' : cluster
  return (own.length > 0 ? own : files).flatMap(parseFile).flatMap((value) => {
    const listed: unknown = Reflect.get(Object(value), list)
    return Array.isArray(listed) ? listed : [value]
  })
}

/** Whether two lists hold equal objects, in whatever order. */
export function sameObjects(a: readonly unknown[], b: readonly unknown[]): boolean {
  const sort = (list: readonly unknown[]) => list.map(stableJson).toSorted()
  return isDeepStrictEqual(sort(a), sort(b))
}

/** Every object in the YAML files under `dir`. */
export function parseFolder(dir: string): readonly unknown[] {
  return [...filesUnder(dir)].flatMap(parseFile)
}

function parseFile(file: string): unknown[] {
  const text = readFileSync(file, 'utf8')
  if (text.startsWith('{')) return [JSON.parse(text)]
  return parseAllDocuments(text).flatMap((document) => document.toJS() ?? [])
}

function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  )
}

function* filesUnder(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) yield join(entry.parentPath, entry.name)
  }
}
