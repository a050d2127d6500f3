import { SynthError } from '../errors.ts'
import type { Repository } from './git.ts'
import { logOf } from './log.ts'
import { branchOf, placeIn, short, tipOf } from './plan.ts'
import { rosterAt } from './roster.ts'

/** A commit that a wave could go back to. */
export interface Stop {
  readonly sha: string
  readonly subject: string
  /** When the wave moved there, as its log says; undefined: taken from the history of main. */
  readonly at: Date | undefined
}

/** Where a wave is and where it was. */
export interface Past {
  readonly wave: string
  readonly branch: string
  readonly tip: string
  /** The newest first, without where it is. */
  readonly stops: readonly Stop[]
}

/** How far back it is told. */
const shown = 10

/**
 * Where a wave was before: by its log; without one, the commits of `main` that changed `rendered/` before where it is.
 *
 * @throws {UsageError} for a wave that there is none of
 * @throws {SynthError} for one that nothing was promoted to
 */
export function pastOf(repository: Repository, wave: string): Past {
  const main = tipOf(repository, 'main', 'git push origin main')
  placeIn(rosterAt(repository, main), wave)
  const branch = branchOf(wave)
  const tip = tipOf(repository, branch, `npx meridian promote ${wave}`)
  const seen = new Set([tip])
  const logged = logOf(repository, wave).flatMap(({ at, sha }): Stop[] => {
    if (seen.has(sha) || !repository.holds(tip, sha)) return []
    seen.add(sha)
    return [{ sha, subject: subjectOf(repository, sha), at }]
  })
  const stops = logged.length > 0 ? logged : changesOfRendered(repository, tip)
  return { wave, branch, tip, stops: stops.slice(0, shown) }
}

/**
 * Where to go back to: what was asked for, or the last stop.
 *
 * @throws {SynthError} if the wave never held it, is there, or has no past
 */
export function stopOf(repository: Repository, { branch, tip, stops, wave }: Past, to?: string): string {
  const sha = to === undefined ? stops[0]?.sha : repository.commit(to)
  if (sha === undefined) throw new SynthError(branch, 'has no commit to go back to', 'name one: --to SHA')
  if (sha === tip) throw new SynthError(branch, `is at ${short(tip)} already`, 'name one before it: --to SHA')
  if (repository.holds(tip, sha)) return sha
  throw new SynthError(
    branch,
    `is at ${short(tip)}, which does not hold ${short(sha)}: a roll-back goes back`,
    `npx meridian promote ${wave} goes forward`,
  )
}

function changesOfRendered(repository: Repository, tip: string): Stop[] {
  const found = repository.git([
    'log',
    '--first-parent',
    `--max-count=${shown + 1}`,
    '--format=%H %s',
    tip,
    '--',
    'rendered',
  ])
  // The newest of them made what the wave runs now.
  return found
    .split('\n')
    .filter((line) => line !== '')
    .slice(1)
    .map((line) => ({ sha: line.slice(0, 40), subject: line.slice(41), at: undefined }))
}

function subjectOf(repository: Repository, sha: string): string {
  return repository.git(['log', '--max-count=1', '--format=%s', sha])
}
