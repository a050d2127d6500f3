import { hash as cryptoHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, type Stats, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** What a file holds: the digest of its content, and the key of what it was rendered from. */
export interface Content {
  readonly digest: string
  readonly key?: string | undefined
}

type Stat = Pick<Stats, 'size' | 'mtimeMs' | 'ino'>

/**
 * What the files of a tree were when they were last looked at, as git's index does it: a file whose size and time
 * of change are the same is not read again.
 */
export interface TreeIndex {
  /** What a file holds, if it is certainly unchanged since. */
  get(path: string, stat: Stat): Content | undefined
  set(path: string, content: Content, stat: Stat): void
  keepOnly(paths: ReadonlySet<string>): void
  readonly size: number
  save(): void
}

interface Entry extends Content, Stat {}

/** Opens the index kept in `file`; `undefined`: one that is forgotten, which reads every file. */
export function openTreeIndex(file: string | undefined): TreeIndex {
  const entries = file ? read(file) : new Map<string, Entry>()
  let changed = false
  return {
    get(path, stat) {
      const entry = entries.get(path)
      const same = entry?.size === stat.size && entry.mtimeMs === stat.mtimeMs && entry.ino === stat.ino
      return same ? entry : undefined
    },
    set(path, { digest, key }, { size, mtimeMs, ino }) {
      changed = true
      entries.set(path, { size, mtimeMs, ino, digest, key })
    },
    keepOnly(paths) {
      for (const path of entries.keys()) if (!paths.has(path)) changed = entries.delete(path)
    },
    get size() {
      return entries.size
    },
    save() {
      if (file && changed) write(file, entries)
    },
  }
}

export function hash(content: string): string {
  return cryptoHash('sha1', content, 'base64url')
}

/** A line a file; only ever a hint, so a damaged one costs a read and nothing else. */
function read(file: string): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return entries
  }
  for (const line of text.split('\n')) {
    const [size, mtimeMs, ino, digest, key, path] = line.split('\t')
    if (path === undefined || digest === undefined) continue
    entries.set(path, {
      size: Number(size),
      mtimeMs: Number(mtimeMs),
      ino: Number(ino),
      digest,
      key: key || undefined,
    })
  }
  return entries
}

function write(file: string, entries: ReadonlyMap<string, Entry>): void {
  mkdirSync(dirname(file), { recursive: true })
  let text = ''
  for (const [path, { size, mtimeMs, ino, digest, key }] of entries) {
    text += `${size}\t${mtimeMs}\t${ino}\t${digest}\t${key ?? ''}\t${path}\n`
  }
  writeFileSync(`${file}.${process.pid}`, text)
  renameSync(`${file}.${process.pid}`, file)
}
