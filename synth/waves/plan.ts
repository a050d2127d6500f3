import { UsageError } from '../../bin/command.ts'
import { SynthError } from '../errors.ts'
import type { Commit, Repository } from './git.ts'
import { type Roster, rosterAt, type Site } from './roster.ts'

/** A move of one wave's branch from a commit to a later one. */
export interface Promotion {
  readonly wave: string
  /** The branch that moves: `wave/early`. */
  readonly branch: string
  /** Where it is; undefined: it does not exist yet, this is the wave's first promotion. */
  readonly from: string | undefined
  readonly to: string
  /** What must run the commit first: the wave before with its branch; the first wave has only `main`. */
  readonly before: { readonly wave: string | undefined; readonly branch: string; readonly tip: string }
  /** What comes with it, the newest first. */
  readonly commits: readonly Commit[]
  /** The wave's sites, by the commit that it moves to. */
  readonly sites: readonly Site[]
  /** The sites of the wave before, by the commit that it runs. */
  readonly sitesBefore: readonly Site[]
}

export function branchOf(wave: string): string {
  return `wave/${wave}`
}

/**
 * What promoting a wave would move.
 *
 * @param commit what to move to. @default what the wave before runs
 * @throws {UsageError} for a wave that there is none of
 * @throws {SynthError} for a move that is none forward, or to what the wave before does not run
 */
export function planPromotion(repository: Repository, wave: string, commit?: string): Promotion {
  const main = tipOf(repository, 'main', 'git push origin main')
  const roster = rosterAt(repository, main)
  const place = placeIn(roster, wave)
  const waveBefore = roster.waves[place - 1]
  const before = {
    wave: waveBefore,
    branch: waveBefore === undefined ? 'main' : branchOf(waveBefore),
    tip: waveBefore === undefined ? main : '',
  }
  if (waveBefore !== undefined) {
    before.tip = tipOf(repository, before.branch, `npx meridian promote ${waveBefore} comes first`)
  }
  const to = commit === undefined ? before.tip : repository.commit(commit)
  const branch = branchOf(wave)
  if (!repository.holds(before.tip, to)) {
    const holders = ['main', ...roster.waves.map(branchOf)].filter((name) => {
      const tip = repository.branch(name)
      return tip !== undefined && repository.holds(tip, to)
    })
    throw new SynthError(
      branch,
      `cannot move to ${short(to)}: ${before.branch} does not hold it (${holders.join(', ') || 'no wave'} ${holders.length > 1 ? 'do' : 'does'})`,
      waveBefore === undefined
        ? 'merge it into main first'
        : `npx meridian promote ${waveBefore} comes first`,
    )
  }
  const from = repository.branch(branch)
  if (from !== undefined && !repository.holds(main, from)) {
    throw new SynthError(
      branch,
      `is at ${short(from)}, which main does not hold: a wave is a point of main`,
      `npx meridian rollback ${wave} --ref --to ${short(repository.git(['merge-base', main, from]))} brings it back`,
    )
  }
  if (from !== undefined && !repository.holds(to, from)) {
    throw new SynthError(
      branch,
      `would move backwards, from ${short(from)} to ${short(to)}`,
      `npx meridian rollback ${wave} goes back`,
    )
  }
  return {
    wave,
    branch,
    from,
    to,
    before,
    commits: repository.commits(from, to),
    sites: rosterAt(repository, to).sites(wave),
    sitesBefore: waveBefore === undefined ? [] : rosterAt(repository, before.tip).sites(waveBefore),
  }
}

/** @throws {UsageError} with the waves that there are */
export function placeIn({ waves }: Roster, wave: string): number {
  const place = waves.indexOf(wave)
  if (place < 0) throw new UsageError(`no wave ${wave}; there are: ${waves.join(', ')}`)
  return place
}

export function tipOf(repository: Repository, branch: string, mend: string): string {
  const tip = repository.branch(branch)
  if (tip !== undefined) return tip
  const where = repository.remote === undefined ? 'here' : `at ${repository.remote}`
  throw new SynthError(branch, `does not exist ${where}`, mend)
}

/** A commit as people read it. */
export function short(sha: string): string {
  return sha.slice(0, 12)
}
