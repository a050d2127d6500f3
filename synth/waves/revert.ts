import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SynthError } from '../errors.ts'
import type { Commit, Repository } from './git.ts'
import { short } from './plan.ts'

/** One commit on top of `main` that takes others back. */
export interface Revert {
  /** The branch of this clone that holds it. */
  readonly branch: string
  readonly commit: string
  /** What it takes back, the newest first. */
  readonly reverted: readonly Commit[]
}

/**
 * Takes the commits of main's own line after `from` up to `to` back, in one commit on a branch of its own. The clone's
 * working tree stays as it is.
 *
 * @returns undefined: `main` is without them already
 * @throws {SynthError} where a later commit stands on what is taken back
 */
export function revertOnMain(
  repository: Repository,
  { branch, title, from, to }: { branch: string; title: string; from: string; to: string },
): Revert | undefined {
  const main = repository.branch('main') ?? ''
  const reverted = repository.commits(from, to)
  const folder = mkdtempSync(join(tmpdir(), 'meridian-revert-'))
  const inFolder = (...args: readonly string[]) => repository.try(['-C', folder, ...args])
  repository.git(['worktree', 'add', '--quiet', '--detach', folder, main])
  try {
    for (const { sha, subject } of reverted) {
      const merge = repository.git(['rev-list', '--parents', '--max-count=1', sha]).split(' ').length > 2
      if (inFolder('revert', '--no-commit', ...(merge ? ['--mainline=1'] : []), sha).ok) continue
      const [conflict = 'a file'] = inFolder('diff', '--name-only', '--diff-filter=U').output.split('\n')
      throw new SynthError(
        conflict,
        `stands in the way: main changed it after ${short(sha)} ${subject}`,
        'revert by hand (git revert, npx meridian synth), or move the branch alone: --ref',
      )
    }
    if (inFolder('diff', '--cached', '--quiet').ok) return undefined
    const message = [title, '', ...reverted.map(({ sha, subject }) => `Reverts ${sha} ${subject}`)].join('\n')
    const done = inFolder('commit', '--quiet', '--message', message)
    if (!done.ok)
      throw new SynthError('git commit', done.error.split('\n')[0] || 'failed', 'see what git says')
    const commit = inFolder('rev-parse', 'HEAD').output
    return { branch, commit: keep(repository, branch, commit), reverted }
  } finally {
    repository.try(['worktree', 'remove', '--force', folder])
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Gives the commit its branch. One that is there already with the same content stays; one with other content, too. */
function keep(repository: Repository, branch: string, commit: string): string {
  const content = (revision: string) =>
    repository.try(['log', '--max-count=1', '--format=%T %P', revision, '--'])
  const before = content(`refs/heads/${branch}`)
  if (!before.ok) {
    repository.git(['branch', '--no-track', branch, commit])
    return commit
  }
  if (before.output === content(commit).output) return repository.git(['rev-parse', `refs/heads/${branch}`])
  throw new SynthError(branch, 'exists in this clone and holds something else', `git branch -D ${branch}`)
}
