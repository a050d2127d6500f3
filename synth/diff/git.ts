import { spawn, spawnSync } from 'node:child_process'
import { SynthError } from '../errors.ts'

/** A file that differs between two trees; `id`s are blobs, `undefined` where the file is not there. */
export interface ChangedPath {
  /** From the tree's root: `apps/router/small/service-router.yaml`. */
  readonly path: string
  readonly before?: string
  /** `worktree`: the file as it lies on the disk. */
  readonly after?: string
}

/** A commit that a diff may start or end at, with a `rendered/` in it. */
export interface Commit {
  /** As it was asked for: a branch, a tag, an abbreviated id. */
  readonly ref: string
  readonly id: string
  /** The blob of its `rendered/fleet.json`, if it has one. */
  readonly index?: string
}

export const folder = 'rendered'

/**
 * Resolves refs to commits.
 *
 * @throws {SynthError} for a ref that is not there, that is no commit, or whose commit has no `rendered/`
 */
export function resolveCommits(root: string, refs: readonly string[]): readonly Commit[] {
  const odd = refs.find((ref) => ref.trim() === '' || ref.includes('\n'))
  if (odd !== undefined)
    throw new SynthError(JSON.stringify(odd), 'is no name of a commit', 'name a branch, a tag or an id')
  const questions = refs.flatMap((ref) => [
    `${ref}^{commit}`,
    `${ref}:${folder}`,
    `${ref}:${folder}/fleet.json`,
  ])
  const answers = run(
    root,
    ['cat-file', '--batch-check=%(objectname) %(objecttype)'],
    `${questions.join('\n')}\n`,
  ).split('\n')
  return refs.map((ref, at) => {
    const [id = '', type] = (answers[at * 3] ?? '').split(' ')
    if (type !== 'commit') throw absent(root, ref)
    if (!answers[at * 3 + 1]?.endsWith(' tree')) {
      throw new SynthError(
        ref,
        `its commit ${id.slice(0, 12)} has no ${folder}/`,
        'compare with a commit that does: npx meridian synth, then commit',
      )
    }
    const [index, blob] = (answers[at * 3 + 2] ?? '').split(' ')
    return { ref, id, ...(index && blob === 'blob' ? { index } : {}) }
  })
}

/** Every path under `rendered/` that differs, in the order of the tree. Without a head: against the working tree. */
export async function* changedPaths(
  root: string,
  base: string,
  head: string | undefined,
): AsyncGenerator<ChangedPath> {
  const commits = head === undefined ? [base] : [base, head]
  const raw = stream(root, [
    'diff',
    '--raw',
    '-z',
    '--no-renames',
    '--no-abbrev',
    '--no-ext-diff',
    ...commits,
    '--',
    folder,
  ])
  let record: string | undefined
  for await (const field of splitNul(raw)) {
    if (record === undefined) record = field
    else {
      yield changedPath(record, field, head === undefined)
      record = undefined
    }
  }
  if (head !== undefined) return
  // What synth wrote and nobody added yet is no part of git diff.
  const untracked = stream(root, ['ls-files', '-z', '--others', '--exclude-standard', '--', folder])
  for await (const path of splitNul(untracked))
    yield { path: path.slice(folder.length + 1), after: 'worktree' }
}

/** The files of one folder of `rendered/` in a commit: path from the tree's root → blob id. */
export function listFolder(root: string, commit: string, path: string): ReadonlyMap<string, string> {
  const lines = run(root, ['ls-tree', '-r', '-z', '--full-tree', commit, '--', `${folder}/${path}/`]).split(
    '\0',
  )
  return new Map(
    lines.flatMap((line) => {
      const [about, file] = line.split('\t')
      const id = about?.split(' ')[2]
      return file && id ? [[file.slice(folder.length + 1), id] as const] : []
    }),
  )
}

/** The files under a folder of `rendered/` that hold a text. */
export function filesWith(root: string, commit: string, text: string, path: string): readonly string[] {
  const args = ['grep', '-l', '-z', '--full-name', '-F', '-e', text, commit, '--', `${folder}/${path}`]
  const { status, stdout, stderr } = spawnSync('git', ['-C', root, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  // 1: no file holds it.
  if (status !== 0 && status !== 1) throw failed(root, args, stderr)
  return stdout
    .split('\0')
    .flatMap((line) => (line === '' ? [] : [line.slice(`${commit}:${folder}/`.length)]))
}

/** Is `ancestor` reached from `commit` by going back? */
export function isAncestor(root: string, ancestor: string, commit: string): boolean {
  const { status } = spawnSync('git', ['-C', root, 'merge-base', '--is-ancestor', ancestor, commit])
  return status === 0
}

/** The commit of a ref that may be absent. */
export function commitOf(root: string, ref: string): string | undefined {
  const found = spawnSync(
    'git',
    ['-C', root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
    { encoding: 'utf8' },
  )
  return found.status === 0 ? found.stdout.trim() : undefined
}

function changedPath(record: string, path: string, worktree: boolean): ChangedPath {
  const [, , before = '', after = '', status] = record.split(' ')
  const none = /^0+$/
  return {
    path: path.slice(folder.length + 1),
    ...(none.test(before) ? {} : { before }),
    ...(none.test(after) ? (worktree && status !== 'D' ? { after: 'worktree' } : {}) : { after }),
  }
}

function absent(root: string, ref: string): SynthError {
  const repository = spawnSync('git', ['-C', root, 'rev-parse', '--is-shallow-repository'], {
    encoding: 'utf8',
  })
  if (repository.error)
    return new SynthError('git', 'is not installed', 'install git: a diff reads two commits')
  if (repository.status !== 0) return new SynthError(root, 'is no git repository', 'run this in a clone')
  return repository.stdout.trim() === 'true'
    ? new SynthError(
        ref,
        'no such commit in this clone, which is shallow',
        'get the history: git fetch --unshallow (in a workflow: fetch-depth: 0)',
      )
    : new SynthError(
        ref,
        'no such commit',
        'name a branch, a tag or an id that this clone has; a remote one: git fetch origin',
      )
}

/** @throws {SynthError} with git's own words where it fails */
function run(root: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', root, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (error)
    throw new SynthError('git', `cannot be run: ${error.message}`, 'install git: a diff reads two commits')
  if (status !== 0) throw failed(root, args, stderr)
  return stdout
}

async function* stream(root: string, args: readonly string[]): AsyncGenerator<Buffer> {
  const child = spawn('git', ['-C', root, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let words = ''
  child.stderr.on('data', (chunk) => {
    words += chunk
  })
  const end = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  // Awaited below; a failure to start must not be unhandled until then.
  end.catch(() => undefined)
  for await (const chunk of child.stdout) yield chunk
  if ((await end) !== 0) throw failed(root, args, words)
}

export function failed(root: string, args: readonly string[], words: string): SynthError {
  const said = words.trim().split('\n')[0] || 'no reason given'
  return new SynthError(
    root,
    `git ${args[0]} failed: ${said}`,
    'mend the clone (git fsck), or make a new one',
  )
}

async function* splitNul(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = ''
  // latin1 keeps bytes apart whole; a name that is cut between two chunks is put together before it is decoded.
  for await (const chunk of chunks) {
    const fields = (rest + chunk.toString('latin1')).split('\0')
    rest = fields.pop() ?? ''
    for (const field of fields) yield Buffer.from(field, 'latin1').toString('utf8')
  }
}
