import { diffArrays } from 'diff'
import { hunkOf } from './shape.ts'

/** One stretch of lines that differs; unchanged lines between two stretches are left out. */
export interface LineChange {
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** A file that is no object, or files that all change in the same way. */
export interface FileChange {
  readonly op: 'added' | 'removed' | 'changed'
  /** `nodes/{variant}/config.yaml`: in braces what differs between the files. */
  readonly name: string
  readonly paths: readonly string[]
  /** Empty for files that come or go. */
  readonly lines: readonly LineChange[]
  readonly clusters: readonly string[]
}

/** Gathers files that are compared by line, those that change in the same way together. */
export class FileChanges {
  readonly #found = new Map<string, FileChange & { readonly paths: string[]; readonly clusters: string[] }>()
  readonly #lines = new Map<string, readonly LineChange[]>()

  /** @param names what stands for a name that is this file's alone, longest first */
  add(
    path: string,
    before: string | undefined,
    after: string | undefined,
    clusters: readonly string[],
    names: Readonly<Record<string, string>> = {},
  ): void {
    const mask = maskOf(names)
    const shown = mask(path)
    const op = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
    const lines = before === undefined || after === undefined ? [] : this.#between(before, after, mask)
    const key = JSON.stringify([shown, op, lines])
    const known = this.#found.get(key)
    if (known) {
      known.paths.push(path)
      for (const cluster of clusters) if (known.clusters.at(-1) !== cluster) known.clusters.push(cluster)
    } else this.#found.set(key, { op, name: shown, paths: [path], lines, clusters: [...clusters] })
  }

  all(): readonly FileChange[] {
    // One file alone is called by its own name.
    return [...this.#found.values()].map((one) =>
      one.paths.length === 1 ? { ...one, name: one.paths[0] ?? one.name } : one,
    )
  }

  #between(before: string, after: string, mask: (text: string) => string): readonly LineChange[] {
    const hunk = hunkOf(before, after)
    const [old, now] = [mask(hunk.before), mask(hunk.after)]
    const key = `${old}\0${now}`
    const lines = this.#lines.get(key) ?? lineChanges(old, now)
    this.#lines.set(key, lines)
    return lines
  }
}

/** The stretches of lines that differ between two texts. */
export function lineChanges(before: string, after: string): readonly LineChange[] {
  const found: { removed: string[]; added: string[] }[] = []
  let open: { removed: string[]; added: string[] } | undefined
  for (const { added, removed, value } of diffArrays(linesOf(before), linesOf(after))) {
    if (!added && !removed) {
      open = undefined
      continue
    }
    if (!open) {
      open = { removed: [], added: [] }
      found.push(open)
    }
    ;(added ? open.added : open.removed).push(...value)
  }
  return found
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function maskOf(names: Readonly<Record<string, string>>): (text: string) => string {
  const entries = Object.entries(names)
  return (text) => entries.reduce((masked, [name, word]) => masked.replaceAll(name, word), text)
}
