import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readPairs } from './blobs.ts'
import { type ChangedPath, folder, listFolder } from './git.ts'

/** What lies in one folder of a tree: path from the folder → blob id, or `worktree`. */
export type Listing = ReadonlyMap<string, string>

/** Lists a folder of a commit, or of the working tree where there is none. */
export function list(root: string, commit: string | undefined, path: string): Listing {
  const cut = (file: string) => file.slice(path.length + 1)
  if (commit !== undefined) {
    return new Map([...listFolder(root, commit, path)].map(([file, id]) => [cut(file), id]))
  }
  const dir = join(root, folder, path)
  if (!existsSync(dir)) return new Map()
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true })
  return new Map(
    entries.flatMap((entry) =>
      entry.isFile() ? [[join(entry.parentPath, entry.name).slice(dir.length + 1), 'worktree'] as const] : [],
    ),
  )
}

/** Pairs of files of two folders, by their names; those with one content are left out. */
export function pairListings(before: Listing, after: Listing, path: string): readonly ChangedPath[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)]
    if (old === now) return []
    return [{ path: `${path}/${name}`, ...(old ? { before: old } : {}), ...(now ? { after: now } : {}) }]
  })
}

/** The text of one file in a tree; `undefined`: it is not there. */
export async function readText(
  root: string,
  path: string,
  sides: { before?: string; after?: string },
): Promise<{ before?: string; after?: string }> {
  const texts: { before?: string; after?: string } = {}
  await readPairs(root, [{ path, ...sides }], (_, before, after) => {
    if (before) texts.before = before.toString('utf8')
    if (after) texts.after = after.toString('utf8')
  })
  return texts
}
