import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SynthError } from './errors.ts'
import { contentOf, type TreeFile } from './render.ts'
import { applyJournal, closeStaging, openStaging } from './staging.ts'
import { type Content, hash, type TreeIndex } from './tree-index.ts'

export interface WriteResult {
  readonly files: number
  readonly bytes: number
  readonly written: number
  readonly pruned: number
}

export interface WriteOptions {
  /** What is known of the files from the last run, so that unchanged ones are not read. It is brought up to date. */
  readonly index: TreeIndex
  /** Called once if another run holds the tree. */
  readonly onWait?: (message: string) => void
}

/**
 * Makes the folder `out` hold exactly `files`. Changed files are written beside it, then moved in by renames that
 * a journal lists: before the journal stands the old tree is untouched, after it any later run completes them.
 *
 * @throws {SynthError} if the disk is full or not writable; the old tree stands
 */
export async function writeTree(
  out: string,
  files: Iterable<TreeFile>,
  options: WriteOptions,
): Promise<WriteResult> {
  try {
    const staging = await openStaging(out, options.onWait)
    try {
      return replaceTree(out, staging, files, options.index)
    } finally {
      closeStaging(staging)
    }
  } catch (error) {
    throw explain(error, out)
  }
}

function replaceTree(out: string, staging: string, files: Iterable<TreeFile>, index: TreeIndex): WriteResult {
  const existing = new Set(listFiles(out))
  const stage = existing.size === 0 ? treeStager(staging) : fileStager(staging)
  const written: [path: string, entry: Content][] = []
  const wanted = new Set<string>()
  let bytes = 0
  for (const file of files) {
    const { path } = file
    if (wanted.has(path)) throw new SynthError(path, 'is rendered twice', 'two apps or clusters share a name')
    wanted.add(path)
    const stat = existing.has(path) ? statSync(join(out, path)) : undefined
    const known = stat && index.get(path, stat)
    const key = 'key' in file ? file.key : undefined
    if (stat && key !== undefined && known?.key === key) {
      bytes += stat.size
      continue
    }
    const content = contentOf(file)
    const entry: Content = { digest: hash(content), key }
    bytes += Buffer.byteLength(content)
    if (stat && isUnchanged(join(out, path), content, entry, known)) {
      index.set(path, entry, stat)
      continue
    }
    stage(path, content)
    written.push([path, entry])
  }
  const stale = [...existing].filter((path) => !wanted.has(path))
  if (written.length > 0 || stale.length > 0) {
    applyJournal(out, staging, {
      move: existing.size === 0 ? 'tree' : written.map(([path]) => path),
      remove: stale,
    })
    for (const [path, entry] of written) index.set(path, entry, statSync(join(out, path)))
  }
  index.keepOnly(wanted)
  return { files: wanted.size, bytes, written: written.length, pruned: stale.length }
}

/** Every file under `dir`, by its path from there. A folder that is missing has none. */
export function listFiles(dir: string): string[] {
  const found: string[] = []
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(dir, folder), { withFileTypes: true })) {
      const path = folder ? `${folder}/${entry.name}` : entry.name
      if (entry.isDirectory()) walk(path)
      else found.push(path)
    }
  }
  if (statSync(dir, { throwIfNoEntry: false })) walk('')
  return found
}

function isUnchanged(file: string, content: string, entry: Content, known: Content | undefined): boolean {
  return known ? known.digest === entry.digest : readFileSync(file, 'utf8') === content
}

type Stage = (path: string, content: string) => void

/** For the first run: the tree as it will stand, so that one rename puts it there. */
function treeStager(staging: string): Stage {
  const made = new Set<string>()
  return (path, content) => {
    const file = join(staging, 'tree', path)
    const folder = dirname(file)
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true })
      made.add(folder)
    }
    writeFileSync(file, content)
  }
}

/** For the runs after: numbered files, which cost no folders. */
function fileStager(staging: string): Stage {
  const folder = join(staging, 'files')
  mkdirSync(folder)
  let count = 0
  return (_path, content) => writeFileSync(join(folder, String(count++)), content)
}

function explain(error: unknown, out: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reasons: Record<string, string> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file size limit is reached',
    EACCES: 'permission denied',
    EROFS: 'the file system is read-only',
    EIO: 'the disk fails',
    EEXIST: 'a file is in its way',
    ENOTDIR: 'a file is in its way',
  }
  const reason = reasons[code]
  if (!reason) return error
  return new SynthError(
    out,
    `cannot be written: ${reason}`,
    'make room or mend it, then run synth again; nothing was changed',
  )
}
