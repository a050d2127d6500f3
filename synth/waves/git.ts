import { spawnSync } from 'node:child_process'
import { SynthError } from '../errors.ts'

/** A commit as a line of history shows it. */
export interface Commit {
  readonly sha: string
  readonly subject: string
}

/** A clone, and the few questions that waves ask of it. Refs are read from the remote's side where there is one. */
export interface Repository {
  readonly root: string
  /** The remote that holds the waves; undefined: this clone's own branches are the waves. */
  readonly remote: string | undefined
  /** The commit that a branch of the platform (`main`, `wave/early`) is at; undefined: there is no such branch. */
  branch(name: string): string | undefined
  /** The commit that any revision means. @throws {SynthError} if none */
  commit(revision: string): string
  /** Whether `descendant` holds `ancestor`; every commit holds itself. */
  holds(descendant: string, ancestor: string): boolean
  /** Commits of `main`'s own line after `from` up to `to`, the newest first; all up to `to` where `from` is undefined. */
  commits(from: string | undefined, to: string, limit?: number): readonly Commit[]
  /** Paths that differ between two commits, in order. */
  changed(from: string, to: string): readonly string[]
  /** The text of a file at a commit; undefined: it is not there. */
  read(commit: string, path: string): string | undefined
  /** Runs git; its output without the end of line. @throws {SynthError} with what git said */
  git(args: readonly string[], mend?: string): string
  /** Runs git where failing is an answer, too. */
  try(args: readonly string[]): { readonly ok: boolean; readonly output: string; readonly error: string }
}

export interface Opening {
  /** Ask the remote for its refs first. @default true */
  readonly fetch?: boolean
  /** Refuse tracked files with changes. @default true */
  readonly clean?: boolean
}

/** Opens the clone at `root`. @throws {SynthError} for no clone, a shallow one, a dirty one, a silent remote */
export function openRepository(root: string, { fetch = true, clean = true }: Opening = {}): Repository {
  const git = runner(root)
  const inside = git.try(['rev-parse', '--is-shallow-repository'])
  if (!inside.ok) throw new SynthError(root, 'is no git repository', 'run it in a clone of the platform')
  if (inside.output === 'true') {
    throw new SynthError(
      root,
      'is a shallow clone: which commit holds which cannot be told',
      'git fetch --unshallow',
    )
  }
  if (clean) {
    const dirty = git.run(['status', '--porcelain', '--untracked-files=no'])
    if (dirty !== '') {
      const [first = ''] = dirty.split('\n')
      throw new SynthError(root, `has changes that no commit holds: ${first.trim()}`, 'commit or stash them')
    }
  }
  const remote = remoteOf(git)
  if (remote !== undefined && fetch) {
    git.run(
      ['fetch', '--quiet', '--prune', '--tags', remote, `+refs/heads/*:refs/remotes/${remote}/*`],
      `is ${remote} in reach? --no-fetch takes what this clone saw last`,
    )
  }
  return repository(root, git, remote)
}

function repository(root: string, git: Runner, remote: string | undefined): Repository {
  const find = (revision: string) => {
    const found = git.try(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
    return found.ok ? found.output : undefined
  }
  const lines = (text: string, by = '\n') => text.split(by).filter((line) => line !== '')
  return {
    root,
    remote,
    branch: (name) => find(remote === undefined ? `refs/heads/${name}` : `refs/remotes/${remote}/${name}`),
    commit(revision) {
      const found = find(revision)
      if (found !== undefined) return found
      throw new SynthError(
        revision,
        'is no commit of this clone',
        'git fetch, or name one that git log shows',
      )
    },
    holds: (descendant, ancestor) => git.try(['merge-base', '--is-ancestor', ancestor, descendant]).ok,
    commits(from, to, limit) {
      const range = from === undefined ? to : `${from}..${to}`
      const most = limit === undefined ? [] : [`--max-count=${limit}`]
      return lines(git.run(['log', '--first-parent', ...most, '--format=%H %s', range])).map((line) => ({
        sha: line.slice(0, line.indexOf(' ')),
        subject: line.slice(line.indexOf(' ') + 1),
      }))
    },
    changed: (from, to) => lines(git.run(['diff', '--name-only', '--no-renames', '-z', from, to]), '\0'),
    read(commit, path) {
      const found = git.try(['cat-file', 'blob', `${commit}:${path}`])
      return found.ok ? found.output : undefined
    },
    git: git.run,
    try: git.try,
  }
}

interface Runner {
  run(args: readonly string[], mend?: string): string
  try(args: readonly string[]): { ok: boolean; output: string; error: string }
}

function runner(root: string): Runner {
  const attempt = (args: readonly string[]) => {
    const { error, status, stdout, stderr } = spawnSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      // Words of git are read below; and no prompt may wait for a password that nobody types.
      env: { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' },
    })
    if (error) throw new SynthError('git', `cannot be run: ${error.message}`, 'install git')
    return { ok: status === 0, output: stdout.replace(/\n$/, ''), error: stderr.trim() }
  }
  return {
    try: attempt,
    run(args, mend = 'see what git says') {
      const { ok, output, error } = attempt(args)
      if (ok) return output
      const lines = error.split('\n').map((line) => line.trim())
      // A refused push first says which ref was refused, and why.
      const said =
        lines.find((line) => line.startsWith('! ')) ?? lines.find((line) => /^(fatal|error):/.test(line))
      throw new SynthError(`git ${args[0] ?? ''}`, said ?? (lines[0] || 'failed'), mend)
    },
  }
}

/** `origin` where there is one; else the only remote; several others leave no way to tell. */
function remoteOf(git: Runner): string | undefined {
  const remotes = git
    .run(['remote'])
    .split('\n')
    .filter((name) => name !== '')
  if (remotes.length > 1 && !remotes.includes('origin')) {
    throw new SynthError(
      'git remote',
      `has ${remotes.join(', ')} and no origin`,
      'call the one that holds the waves origin',
    )
  }
  return remotes.includes('origin') ? 'origin' : remotes[0]
}
