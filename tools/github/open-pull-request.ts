import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { asScript, at, type GitHub, GitHubError, gitHub } from './api.ts'

export interface Proposal {
  readonly branch: string
  readonly title: string
  readonly body: string
}

/** What differs between a checkout and its commit, as GitHub's `createCommitOnBranch` takes it. */
export interface FileChanges {
  readonly additions: readonly { readonly path: string; readonly contents: string }[]
  readonly deletions: readonly { readonly path: string }[]
}

/**
 * Proposes what was changed in a checkout of main: one commit on a new branch, and its pull request.
 *
 * GitHub makes the commit, so it is signed as the app's without a key of ours; main takes signed commits alone.
 * @param commit what the checkout is at
 * @returns the address of the pull request; undefined: nothing was changed
 */
export async function propose(
  github: GitHub,
  commit: string,
  changes: FileChanges,
  { branch, title, body }: Proposal,
): Promise<string | undefined> {
  if (changes.additions.length + changes.deletions.length === 0) return undefined
  const repository = `/repos/${github.repository}`
  await github.ask('POST', `${repository}/git/refs`, { ref: `refs/heads/${branch}`, sha: commit })
  await github.graphql(
    'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }',
    {
      input: {
        branch: { repositoryNameWithOwner: github.repository, branchName: branch },
        expectedHeadOid: commit,
        message: { headline: title, body },
        fileChanges: changes,
      },
    },
  )
  const pull = await github.ask('POST', `${repository}/pulls`, { title, body, head: branch, base: 'main' })
  return String(at(pull, 'html_url'))
}

/** @throws {GitHubError} with what git said */
export function changesIn(root: string): FileChanges {
  // Every line of porcelain is `XY path`; renames are switched off, so none has two.
  const lines = git(root, ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all'])
  const paths = lines.split('\0').flatMap((line) => (line === '' ? [] : [line.slice(3)]))
  const [kept, gone] = [paths.filter((path) => existsSync(join(root, path))), paths]
  return {
    additions: kept.map((path) => ({ path, contents: readFileSync(join(root, path)).toString('base64') })),
    deletions: gone.filter((path) => !kept.includes(path)).map((path) => ({ path })),
  }
}

function git(root: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' })
  if (error || status !== 0) throw new GitHubError(`git ${args[0]}: ${(error?.message ?? stderr).trim()}`)
  return stdout
}

if (import.meta.main) {
  await asScript(async () => {
    const text = { type: 'string' } as const
    const { values } = parseArgs({ options: { branch: text, title: text, body: text } })
    const { branch, title, body } = values
    if (!branch || !title || !body) throw new GitHubError('--branch, --title and --body are needed')
    const root = join(import.meta.dirname, '../..')
    const commit = git(root, ['rev-parse', 'HEAD']).trim()
    const url = await propose(gitHub(process.env), commit, changesIn(root), { branch, title, body })
    console.log(url ?? 'nothing was changed: there is nothing to propose')
  })
}
