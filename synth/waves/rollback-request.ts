import { SynthError } from '../errors.ts'
import { type Changes, commitLines } from './changes.ts'
import type { Repository } from './git.ts'
import type { Move } from './land.ts'
import type { Past } from './past.ts'
import { branchOf, short, tipOf } from './plan.ts'
import type { PullRequest } from './request.ts'
import type { Revert } from './revert.ts'
import { rosterAt } from './roster.ts'

/** What stands in the way of one person alone: two others approve (the ruleset of the wave branches counts them). */
const doubleApproval =
  'Two approvals, neither by who asks: this skips waves or moves one back. The label `express` says so.'

/** A roll-back by a revert on `main`. */
export function revertRequest(past: Past, target: string, revert: Revert, changes: Changes): PullRequest {
  const { wave, branch, tip } = past
  return {
    branch: revert.branch,
    commit: revert.commit,
    base: 'main',
    title: revertTitle(past, target),
    body: [
      '## What',
      `Takes back on \`main\` what came to \`${branch}\` after \`${short(target)}\`, up to \`${short(tip)}\`:`,
      ...commitLines(revert.reverted).map((line) => `- ${line}`),
      '',
      '## How it reaches the wave',
      `As every change, wave by wave up to \`${wave}\`: \`npx meridian promote\`. Where that takes too long:`,
      '```sh',
      "npx meridian rollback --express --to <this request's commit on main>",
      '```',
      '',
      '## What changes for the wave',
      changes.markdown,
      '',
    ].join('\n'),
    labels: ['rollback'],
  }
}

export function revertTitle({ wave, tip }: Past, target: string): string {
  return `${wave}: go back from ${short(tip)} to ${short(target)}`
}

/** One wave's branch on its way to the commit that all go to. */
export interface ExpressMove extends Move {
  readonly direction: 'forward' | 'back' | 'stays'
}

/**
 * All waves to one commit of `main`, at once.
 *
 * @throws {SynthError} if `main` does not hold it
 */
export function expressMoves(repository: Repository, to: string): readonly ExpressMove[] {
  const main = tipOf(repository, 'main', 'git push origin main')
  if (!repository.holds(main, to)) {
    throw new SynthError(short(to), 'is not on main: a wave is a point of main', 'merge it into main first')
  }
  return rosterAt(repository, main).waves.map((wave) => {
    const from = repository.branch(branchOf(wave))
    const forward = from === undefined || repository.holds(to, from)
    return { wave, from, to, direction: from === to ? 'stays' : forward ? 'forward' : 'back' }
  })
}

/** A branch that only moves forward is a pull request; one that moves back can be none, so it is asked for in words. */
export function expressRequest(
  { wave, from, to, direction }: ExpressMove,
  changes: Changes,
  land: string,
): PullRequest {
  const branch = branchOf(wave)
  const move = from === undefined ? `create it at ${short(to)}` : `from ${short(from)} to ${short(to)}`
  return {
    branch: `promote/${wave}/${short(to)}`,
    commit: to,
    base: branch,
    title: `${wave}: ${direction === 'back' ? 'move back' : 'express'} ${move}`,
    body: [
      '## What',
      direction === 'back'
        ? `Moves \`${branch}\` back, ${move}. \`main\` keeps what is left out: revert it there, too, or the next promotion brings it again.`
        : `Moves \`${branch}\`, ${move}, without waiting for the wave before.`,
      '',
      '## What changes',
      changes.markdown,
      '',
      '## Approval',
      doubleApproval,
      '',
      '## How it is done',
      'After approval, by who may push to the waves:',
      '```sh',
      land,
      '```',
      '',
    ].join('\n'),
    labels: ['express'],
  }
}
