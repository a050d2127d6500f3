import type { Repository } from './git.ts'

/**
 * Where waves were. A branch does not tell its past to a clone, so each move of a wave leaves a tag
 * `was/<wave>/<time>` on the commit that it moved to, pushed with the move itself.
 */
export interface LogEntry {
  readonly at: Date
  readonly sha: string
}

/** The tag of a move at a time: `was/early/20261123T174600.000Z`. */
export function logTag(wave: string, at: Date): string {
  return `was/${wave}/${at.toISOString().replaceAll(/[-:]/g, '')}`
}

/** Every logged move of a wave, the newest first; tags with another form of name are none of ours. */
export function logOf(repository: Repository, wave: string): readonly LogEntry[] {
  const prefix = `refs/tags/was/${wave}/`
  const tags = repository.git(['for-each-ref', '--format=%(refname) %(objectname) %(*objectname)', prefix])
  const entries = tags.split('\n').flatMap((line) => {
    const [name = '', object = '', peeled] = line.split(' ')
    const at = timeOf(name.slice(prefix.length))
    return at ? [{ at, sha: peeled || object }] : []
  })
  return entries.toSorted((a, b) => b.at.getTime() - a.at.getTime())
}

/** When a wave moved to where it is; undefined: no tag tells. */
export function movedAt(repository: Repository, wave: string, tip: string): Date | undefined {
  const [last] = logOf(repository, wave)
  return last?.sha === tip ? last.at : undefined
}

function timeOf(text: string): Date | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2}(?:\.\d{3})?)Z$/.exec(text)
  if (!parts) return undefined
  const [, year, month, day, hour, minute, second] = parts
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(at.getTime()) ? undefined : at
}
