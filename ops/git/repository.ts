import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LabError } from '../lab/errors.ts'

/** Production's repository, as far as a cluster reads it. */
export interface Repository {
  /** Where git keeps it. */
  readonly folder: string
  /**
   * Commits files on `main`; a wave moves only by `move`.
   *
   * @param files their new content by path (`rendered/…`); null removes one, a folder too
   * @returns the commit
   */
  commit(message: string, files: Readonly<Record<string, string | null>>): string
  /** Undoes a commit of `main` by a new one. */
  revert(commit: string): string
  /** Points a branch, such as `wave/early`, to a commit or to another branch. */
  move(branch: string, to: string): void
  /** The commit that a branch points to. */
  commitOf(branch: string): string
  /** A file's content at a branch or commit. */
  read(path: string, at?: string): string
}

const identity = { name: 'Meridian', email: 'meridian@meridian.example' }

/**
 * A new repository that holds `rendered/` byte for byte, with `main` and a branch for each wave on its one commit.
 *
 * @param rendered the folder of the rendered fleet
 * @param waves their names
 */
export function createRepository(folder: string, rendered: string, waves: readonly string[]): Repository {
  mkdirSync(folder, { recursive: true })
  const git = (...args: string[]) => runGit(folder, args)
  git('init', '--quiet', '--initial-branch=main')
  cpSync(rendered, join(folder, 'rendered'), { recursive: true })

  function commit(message: string): string {
    git('add', '--all', '--force')
    git('commit', '--quiet', '--allow-empty', `--message=${message}`)
    return git('rev-parse', 'HEAD')
  }

  commit('The rendered fleet')
  for (const wave of waves) git('branch', `wave/${wave}`)
  return {
    folder: join(folder, '.git'),
    commit(message, files) {
      for (const [path, content] of Object.entries(files)) {
        const file = join(folder, path)
        if (content === null) rmSync(file, { recursive: true })
        else {
          mkdirSync(dirname(file), { recursive: true })
          writeFileSync(file, content)
        }
      }
      return commit(message)
    },
    revert(reverted) {
      git('revert', '--no-edit', reverted)
      return git('rev-parse', 'HEAD')
    },
    move: (branch, to) => {
      git('branch', '--force', branch, to)
    },
    commitOf: (branch) => git('rev-parse', '--verify', `${branch}^{commit}`),
    read: (path, at = 'main') => runGit(folder, ['show', `${at}:${path}`], (text) => text),
  }
}

function runGit(folder: string, args: readonly string[], finish = (text: string) => text.trim()): string {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
  }
  // Bytes stay bytes, and nothing tidies up behind our back in a process of its own.
  const settings = ['-c', 'core.autocrlf=false', '-c', 'gc.auto=0', '-c', 'maintenance.auto=false']
  const run = spawnSync('git', [...settings, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (run.status !== 0) throw new LabError(`git ${args[0]}: ${run.error?.message ?? run.stderr.trim()}`)
  return finish(run.stdout)
}
