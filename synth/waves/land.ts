import { SynthError } from '../errors.ts'
import type { Repository } from './git.ts'
import { logTag } from './log.ts'
import { branchOf } from './plan.ts'

/** A wave's branch, from where it was seen to where it goes. */
export interface Move {
  readonly wave: string
  /** undefined: it does not exist yet. */
  readonly from: string | undefined
  readonly to: string
}

/**
 * Moves branches of waves, each with the tag that logs it: all or nothing, and only if each still is where it was
 * seen (a lease). GitHub's merge button cannot do this: it never fast-forwards.
 *
 * @returns the tags
 * @throws {SynthError} without a remote, or with what git said
 */
export function land(repository: Repository, moves: readonly Move[], now: Date): readonly string[] {
  const { remote } = repository
  if (remote === undefined) {
    throw new SynthError('git remote', 'there is none to push to', 'git remote add origin <URL>')
  }
  const tags = moves.map(({ wave }) => logTag(wave, now))
  const refs = moves.flatMap(({ wave, to }, index) => [
    `${to}:refs/heads/${branchOf(wave)}`,
    `${to}:refs/tags/${tags[index]}`,
  ])
  const leases = moves.map(
    ({ wave, from }) => `--force-with-lease=refs/heads/${branchOf(wave)}:${from ?? ''}`,
  )
  repository.git(
    ['push', '--quiet', '--atomic', ...leases, remote, ...refs],
    'if the branch moved meanwhile, look again; only who lands waves may push to them',
  )
  return tags
}
