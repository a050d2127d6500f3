import { randomBytes } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const keptEntries = 10

/**
 * The folder of this user in which built engines and schemas are kept across checkouts:
 * `$MERIDIAN_CACHE`, else `$XDG_CACHE_HOME/meridian`, else `~/.cache/meridian`.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.MERIDIAN_CACHE) return env.MERIDIAN_CACHE
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'meridian')
}

/**
 * Makes `path` appear whole or not at all: `make` fills a place beside it, which is then renamed.
 * Where somebody else was faster, theirs stands; what is kept is keyed by its content.
 */
export async function publish(path: string, make: (beside: string) => void | Promise<void>): Promise<void> {
  const beside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`
  mkdirSync(dirname(path), { recursive: true })
  try {
    await make(beside)
    try {
      renameSync(beside, path)
    } catch (error) {
      if (!existsSync(path)) throw error
    }
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

/**
 * Marks `path` as used now, and removes the oldest of its kind beyond the newest ten: entries of the same
 * folder whose name has the same start. A checkout that loses one this way makes it again.
 */
export function keepNewest(path: string, start: string): void {
  const now = new Date()
  utimesSync(path, now, now)
  const entries = readdirSync(dirname(path))
    .filter((name) => name.startsWith(start))
    .map((name) => join(dirname(path), name))
    .map((entry) => ({ entry, usedMs: statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.usedMs - a.usedMs)
  for (const { entry } of entries.slice(keptEntries)) rmSync(entry, { recursive: true, force: true })
}

/** Makes `path` a link to `target`, replacing what was there in one step; a copy where links are not allowed. */
export function link(target: string, path: string): void {
  const beside = `${path}.${process.pid}.part`
  mkdirSync(dirname(path), { recursive: true })
  rmSync(beside, { recursive: true, force: true })
  try {
    symlinkSync(target, beside)
  } catch {
    if (statSync(target).isDirectory()) cpSync(target, beside, { recursive: true })
    else copyFileSync(target, beside)
  }
  // A folder (the copy of an earlier run) cannot be renamed over.
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true })
  renameSync(beside, path)
}
