import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { circles } from './house/circles.ts'
import { wrongImports } from './house/imports.ts'
import { wrongNames } from './house/names.ts'
import { parseSource } from './house/parse.ts'
import { impurities } from './house/purity.ts'

/** Files by path from the repository's root, with `/` between folders. Of facts only the names matter. */
export type Tree = ReadonlyMap<string, string>

/**
 * What breaks the rules of the house, a sentence each, in the order of the files: a room that imports what it may
 * not, a circle of files, a barrel, a file with a name that says nothing, an app that knows more than it may.
 *
 * @throws {SyntaxError} for a source that cannot be parsed
 */
export function brokenRules(tree: Tree): readonly string[] {
  const sources = [...tree]
    .filter(([path]) => isCode(path))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => parseSource(path, text))
  const clusters = [...tree.keys()].flatMap((path) => /^clusters\/fleet\/(.+)\.yaml$/.exec(path)?.[1] ?? [])
  return [
    ...sources.flatMap((source) => [
      ...wrongImports(source),
      ...wrongNames(source),
      ...impurities(source, clusters),
    ]),
    ...circles(sources),
  ]
}

/** Every file of the rooms under `root`. What tools make (dependencies, caches, output) is no part of the house. */
export function readTree(root: string): Tree {
  const tree = new Map<string, string>()
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || made.has(entry.name)) continue
      const path = folder ? `${folder}/${entry.name}` : entry.name
      if (entry.isDirectory()) walk(path)
      // A file at the root is a tool's configuration and lies in no room.
      else if (folder) tree.set(path, isCode(path) ? readFileSync(join(root, path), 'utf8') : '')
    }
  }
  walk('')
  return tree
}

const made = new Set(['node_modules', 'rendered', 'target'])

function isCode(path: string): boolean {
  return /\.[mc]?[jt]sx?$/.test(path)
}
