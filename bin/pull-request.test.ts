import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'

const root = join(import.meta.dirname, '..')

test('a pull request from its first line to all three waves and back', (t) => {
  const { git, edit, meridian, remoteAt } = copyOfTheRepository(t)
  const land = (wave: string) => t.is(meridian('promote', wave, '--land').code, 0, `${wave} lands`)
  const waves = ['canary', 'early', 'broad']
  for (const wave of waves) land(wave)
  const start = git('rev-parse', 'main')

  // A change of one line of an app: the check says that rendered/ is behind, synth brings it, the diff tells it.
  git('switch', '--quiet', '--create', 'router-0.2')
  edit('apps/router/release.yaml', /version: 0\.1\.0/, 'version: 0.2.0')
  t.is(meridian('synth', '--check').code, 1)
  t.is(meridian('synth').code, 0)
  t.is(meridian('synth', '--check').code, 0)
  t.is(meridian('check').code, 0)
  git('commit', '--quiet', '--all', '--message', 'router: 0.2.0')
  const comment = meridian('diff', '--base', 'main', '--head', 'router-0.2', '--markdown').stdout
  t.regex(comment, /router/)
  t.regex(comment, /image: 0\.1\.0@\S+ → 0\.2\.0@/)
  t.regex(comment, /30 of 31 clusters in \d+ countries/)
  t.notRegex(comment, /gateway|inference/)

  // A breaking change in the same pull request is refused, with the rule and the line to mend.
  const hardened = 'apps/_lib/hardened.ts'
  edit(hardened, /readOnlyRootFilesystem: true/, 'readOnlyRootFilesystem: false')
  t.is(meridian('synth').code, 0)
  const refused = meridian('check', '--json')
  t.is(refused.code, 1)
  const { findings } = JSON.parse(refused.stdout)
  const broken = findings.filter(({ rule }: { rule: string }) => rule === 'restricted-security-context')
  t.true(broken.length > 0)
  t.regex(broken[0].source, /^apps\/[a-z-]+\/[\w-]+\.ts:\d+$/)
  const danger = meridian('diff', '--base', 'main', '--json')
  t.regex(danger.stdout, /readOnlyRootFilesystem/)

  // Mended: the pull request is what it was, and is merged.
  git('checkout', '--quiet', '--', '.')
  t.is(meridian('synth').code, 0)
  t.is(git('status', '--porcelain'), '')
  t.is(meridian('check').code, 0)
  git('switch', '--quiet', 'main')
  git('merge', '--quiet', '--ff-only', 'router-0.2')
  git('push', '--quiet', 'origin', 'main')
  const merged = git('rev-parse', 'main')

  // It rolls out wave by wave; none can be skipped.
  const skipped = meridian('promote', 'broad', '--commit', merged)
  t.is(skipped.code, 2)
  for (const [index, wave] of waves.entries()) {
    const { stdout } = meridian('promote', wave)
    t.regex(stdout, /router/)
    land(wave)
    t.deepEqual(
      waves.map((name) => remoteAt(`wave/${name}`)),
      waves.map((_, other) => (other <= index ? merged : start)),
    )
  }

  // And back: a revert on main that moves by waves like any change.
  const back = meridian('rollback', 'canary', '--push', '--json')
  t.is(back.code, 0)
  const revert = JSON.parse(back.stdout).request.branch
  git('fetch', '--quiet', 'origin')
  git('merge', '--quiet', '--ff-only', `origin/${revert}`)
  git('push', '--quiet', 'origin', 'main')
  t.regex(
    readFileSync(join(git('rev-parse', '--show-toplevel'), 'apps/router/release.yaml'), 'utf8'),
    /version: 0\.1\.0/,
  )
  t.is(meridian('synth', '--check').code, 0)
  for (const wave of waves) land(wave)
  t.deepEqual(
    waves.map((name) => remoteAt(`wave/${name}`)),
    waves.map(() => git('rev-parse', 'main')),
  )
})

/** The working tree as it is, in a clone of its own with a remote, sharing dependencies and engines. */
function copyOfTheRepository(t: ExecutionContext) {
  const top = mkdtempSync(join(tmpdir(), 'pull-request-'))
  t.teardown(() => rmSync(top, { recursive: true, force: true }))
  const [remote, folder] = [join(top, 'remote.git'), join(top, 'clone')]
  const gitIn = (place: string, ...args: string[]) =>
    execFileSync('git', ['-C', place, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote])
  const git = (...args: string[]) => gitIn(folder, ...args)
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder])
  git('config', 'user.name', 'Test')
  git('config', 'user.email', 'test@meridian.example')
  git('config', 'commit.gpgsign', 'false')
  // A link is no folder, so the ignore list does not know it.
  writeFileSync(join(folder, '.git/info/exclude'), 'node_modules\n')
  git('remote', 'add', 'origin', remote)
  // The tree itself is read, not its history: a checkout without one is tested like any.
  gitIn(root, '--git-dir', join(folder, '.git'), '--work-tree', root, 'add', '--all')
  git('commit', '--quiet', '--message', 'the fleet')
  git('reset', '--quiet', '--hard')
  git('push', '--quiet', 'origin', 'main')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(folder, '.cache'))
  for (const engine of ['bin', 'schemas'])
    symlinkSync(join(root, '.cache', engine), join(folder, '.cache', engine))
  return {
    git,
    remoteAt: (ref: string) => gitIn(remote, 'rev-parse', `refs/heads/${ref}`),
    edit(path: string, from: RegExp, to: string) {
      const before = readFileSync(join(folder, path), 'utf8')
      const after = before.replace(from, to)
      t.not(after, before, `${path} has ${from}`)
      writeFileSync(join(folder, path), after)
    },
    meridian(...args: string[]) {
      const run = spawnSync(process.execPath, [join(folder, 'bin/meridian.ts'), ...args], {
        cwd: folder,
        encoding: 'utf8',
        maxBuffer: 64 << 20,
      })
      if (run.status === 2) t.log(run.stderr)
      return { code: run.status, stdout: run.stdout, stderr: run.stderr }
    },
  }
}
