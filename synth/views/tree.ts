import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A rendered tree to read from: the folder, or one in memory. Paths are relative to its root. */
export interface RenderedTree {
  /** Every file below a folder of the tree, in order; none where there is no such folder. */
  list(folder: string): readonly string[]
  /** The text of a file; undefined where there is none. */
  read(path: string): string | undefined
}

/** The rendered tree in a folder; a file is read when it is asked for. */
export function treeIn(dir: string): RenderedTree {
  return {
    list: (folder) => (existsSync(join(dir, folder)) ? [...filesBelow(dir, folder)] : []),
    read: (path) => {
      try {
        return readFileSync(join(dir, path), 'utf8')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
  }
}

/** A tree of texts in memory, by path. */
export function treeOf(files: ReadonlyMap<string, string>): RenderedTree {
  const paths = [...files.keys()].toSorted()
  return {
    list: (folder) => paths.filter((path) => path.startsWith(`${folder}/`)),
    read: (path) => files.get(path),
  }
}

function* filesBelow(dir: string, folder: string): Generator<string> {
  const entries = readdirSync(join(dir, folder), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* filesBelow(dir, path)
    else yield path
  }
}
