import { targetOf } from './imports.ts'
import type { Source } from './parse.ts'

/**
 * Files that import each other in a circle, one sentence a circle. Types are gone before anything runs, so two
 * files may name each other's.
 */
export function circles(sources: readonly Source[]): readonly string[] {
  const graph = new Map(sources.map((source) => [source.path, targets(source)]))
  const done = new Set<string>()
  const found: string[] = []

  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      const circle = [...trail.slice(start), path].join(' → ')
      found.push(`${circle} is a circle: put what they share into a file that imports none of them`)
      return
    }
    if (done.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return found
}

function targets({ path, imports }: Source): readonly string[] {
  return imports.flatMap(({ specifier, typeOnly }) =>
    typeOnly || specifier === undefined ? [] : (targetOf(path, specifier) ?? []),
  )
}
