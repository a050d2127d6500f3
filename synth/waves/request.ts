import { spawnSync } from 'node:child_process'
import { SynthError } from '../errors.ts'
import type { Repository } from './git.ts'

/** A pull request that is prepared and not yet asked for. */
export interface PullRequest {
  /** The branch that it comes from, and the commit that the branch is at. */
  readonly branch: string
  readonly commit: string
  /** The branch that it goes to. */
  readonly base: string
  readonly title: string
  /** Markdown. */
  readonly body: string
  readonly labels: readonly string[]
}

export type Opened =
  | { readonly kind: 'opened' | 'updated'; readonly url: string }
  /** There is no `gh`: the branch is pushed, a person opens it. */
  | { readonly kind: 'pushed'; readonly commands: readonly string[] }

/** What a person types to do what `--push` does. The body is read from stdin. */
export function commandsFor(
  { branch, commit, base, title, labels }: PullRequest,
  remote = 'origin',
): readonly string[] {
  const label = labels.map((name) => ` --label ${name}`).join('')
  return [
    `git push ${remote} ${commit}:refs/heads/${branch}`,
    `gh pr create --base ${base} --head ${branch} --title '${title.replaceAll("'", "'\\''")}'${label} --body-file -`,
  ]
}

/**
 * Pushes the request's branch and opens it; one that is open already is given the new text.
 *
 * @throws {SynthError} without a remote, or with what git or gh said
 */
export function open(repository: Repository, request: PullRequest): Opened {
  const { remote } = repository
  if (remote === undefined) {
    throw new SynthError(
      'git remote',
      'there is none to push to',
      'git remote add origin <URL>, or leave out --push',
    )
  }
  const { branch, commit, base, title, body, labels } = request
  // A branch of the same name holds an earlier attempt at the same thing; its tip is what was fetched, or it is newer.
  const seen = repository.branch(branch) ?? ''
  repository.git(
    [
      'push',
      '--quiet',
      `--force-with-lease=refs/heads/${branch}:${seen}`,
      remote,
      `${commit}:refs/heads/${branch}`,
    ],
    `may you push to ${remote}?`,
  )
  const listed = gh(repository.root, [
    'pr',
    'list',
    '--head',
    branch,
    '--base',
    base,
    '--state',
    'open',
    '--json',
    'url',
    '--jq',
    '.[0].url',
  ])
  if (listed === undefined) return { kind: 'pushed', commands: commandsFor(request, remote).slice(1) }
  if (listed !== '') {
    gh(repository.root, ['pr', 'edit', listed, '--title', title, '--body-file', '-'], body)
    return { kind: 'updated', url: listed }
  }
  const wanted = labels.flatMap((label) => ['--label', label])
  const url = gh(
    repository.root,
    ['pr', 'create', '--base', base, '--head', branch, '--title', title, ...wanted, '--body-file', '-'],
    body,
  )
  return { kind: 'opened', url: url ?? '' }
}

/** @returns what GitHub's command said; undefined: there is no such command */
function gh(root: string, args: readonly string[], input = ''): string | undefined {
  const { error, status, stdout, stderr } = spawnSync('gh', args, { cwd: root, input, encoding: 'utf8' })
  if (error && 'code' in error && error.code === 'ENOENT') return undefined
  if (error || status !== 0) {
    const [said = 'failed'] = (error?.message ?? stderr).trim().split('\n')
    throw new SynthError(
      `gh ${args.slice(0, 2).join(' ')}`,
      said,
      'gh auth status tells whether you are logged in',
    )
  }
  return stdout.trim()
}
