import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { UsageError } from '../../bin/command.ts'
import { command } from '../commands/promote.ts'
import { SynthError } from '../errors.ts'
import { deployment, router, run, type TestClone, testClone } from './clone.testing.ts'

const promote = (clone: TestClone, wave: string, options: Readonly<Record<string, string | true>> = {}) =>
  run(command, [wave], { repository: clone.folder, ...options })

test('a change goes through three waves, each only after the one before', async (t) => {
  const clone = testClone(t)
  const first = clone.git('rev-parse', 'HEAD')
  for (const wave of ['canary', 'early', 'broad']) {
    const { text } = await promote(clone, wave)
    t.regex(text, new RegExp(`wave/${wave}\` does not exist yet: its first promotion creates it`))
    t.is((await promote(clone, wave, { land: true })).code, 0)
    t.is(clone.at(`refs/heads/wave/${wave}`), first)
  }
  const second = clone.commit('router: image b', {
    [router]: deployment('b'),
  })
  t.regex((await promote(clone, 'early')).text, /✓ wave\/early runs .* already: nothing to promote/)
  for (const wave of ['canary', 'early', 'broad']) {
    const { code, text } = await promote(clone, wave, { json: true })
    t.is(code, 0)
    const { promotion, request } = JSON.parse(text)
    t.like(promotion, { from: first, to: second, commits: [{ sha: second, subject: 'router: image b' }] })
    t.like(request, {
      branch: `promote/${wave}/${second.slice(0, 12)}`,
      base: `wave/${wave}`,
      commit: second,
    })
    t.regex(request.body, /Deployment router: image a → b/)
    await promote(clone, wave, { land: true })
    t.is(clone.at(`refs/heads/wave/${wave}`), second)
  }
  t.is(clone.at('refs/tags/was/').split('\n').length, 6)
})

test('without --push and --land nothing changes anywhere', async (t) => {
  const clone = testClone(t)
  const before = [clone.git('for-each-ref', 'refs/heads', 'refs/tags'), clone.at('refs/')]
  await promote(clone, 'canary')
  t.deepEqual([clone.git('for-each-ref', 'refs/heads', 'refs/tags'), clone.at('refs/')], before)
})

test('where the diff cannot read what was rendered, it says so and lists the files', async (t) => {
  const clone = testClone(t)
  const index = clone.git('show', 'HEAD:rendered/fleet.json')
  const { waves, clusters } = JSON.parse(index)
  clone.commit('an old form', { 'rendered/fleet.json': JSON.stringify({ waves, clusters }) })
  await promote(clone, 'canary', { land: true })
  clone.commit('a new form', { 'rendered/fleet.json': index, [router]: deployment('b') })
  const { risk, request } = JSON.parse((await promote(clone, 'canary', { json: true })).text)
  t.is(risk, undefined)
  t.regex(
    request.body,
    /## What changes\n\w{12}.*fleet\.json.*\n\n2 files of rendered\/ differ.*\n\n- apps\/router: 1 file\n\n- fleet\.json: 1 file/,
  )
})

test('the request says what, why, how the gate stands, what changes, and how it is merged', async (t) => {
  const clone = testClone(t)
  await promote(clone, 'canary', { land: true })
  await promote(clone, 'early', { land: true })
  const sha = clone.commit('cache: more memory', { 'rendered/apps/cache/one/pod.yaml': deployment('cache') })
  await promote(clone, 'canary', { land: true })
  const { request } = JSON.parse((await promote(clone, 'early', { json: true })).text)
  t.is(request.title, `early: promote ${sha.slice(0, 12)}, 1 commit`)
  for (const part of [
    /## What\nMoves `wave\/early` from `\w{12}` to `\w{12}`: 1 commit, for 1 site in 1 country\./,
    /- \w{12} cache: more memory/,
    /## Why\n`wave\/canary` runs it/,
    /## Gate\nNot asked/,
    /## What changes\n.*risk\*\* · cache `one`: Deployment router added/,
    new RegExp(`npx meridian promote early --commit ${sha} --land`),
  ]) {
    t.regex(request.body, part)
  }
})

interface Refusal {
  readonly what: string
  readonly given: (clone: TestClone) => Promise<unknown> | unknown
  readonly wave: string
  readonly commit?: (clone: TestClone) => string
  readonly says: RegExp
}

const land =
  (...waves: readonly string[]) =>
  async (clone: TestClone) => {
    for (const wave of waves) await promote(clone, wave, { land: true })
  }

const refusals: readonly Refusal[] = [
  {
    what: 'to skip a wave that was never promoted',
    given: land('canary'),
    wave: 'broad',
    says: /^wave\/early: does not exist at origin\n {2}npx meridian promote early comes first/,
  },
  {
    what: 'to skip a wave with a commit that only the one before it runs',
    given: async (clone) => {
      await land('canary', 'early', 'broad')(clone)
      clone.commit('next')
      await land('canary')(clone)
    },
    wave: 'broad',
    commit: (clone) => clone.at('refs/heads/wave/canary'),
    says: /^wave\/broad: cannot move to \w{12}: wave\/early does not hold it \(main, wave\/canary do\)\n.*promote early comes first/,
  },
  {
    what: 'what main does not hold',
    given: (clone) => {
      clone.git('checkout', '--quiet', '-b', 'mine')
      clone.git('commit', '--quiet', '--allow-empty', '--message', 'mine')
    },
    wave: 'canary',
    commit: (clone) => clone.git('rev-parse', 'mine'),
    says: /^wave\/canary: cannot move to \w{12}: main does not hold it \(no wave does\)/,
  },
  {
    what: 'to move backwards',
    given: async (clone) => {
      clone.commit('next')
      await land('canary')(clone)
    },
    wave: 'canary',
    commit: (clone) => clone.git('rev-parse', 'main~1'),
    says: /^wave\/canary: would move backwards, from \w{12} to \w{12}\n.*rollback canary goes back/,
  },
  {
    what: 'a wave that left main',
    given: async (clone) => {
      await land('canary')(clone)
      clone.git('checkout', '--quiet', '-b', 'mine')
      clone.git('commit', '--quiet', '--allow-empty', '--message', 'mine')
      clone.git('push', '--quiet', 'origin', 'mine:refs/heads/wave/canary')
    },
    wave: 'canary',
    says: /^wave\/canary: is at \w{12}, which main does not hold: a wave is a point of main/,
  },
  {
    what: 'a commit that does not exist',
    given: () => {},
    wave: 'canary',
    commit: () => 'deadbeef',
    says: /^deadbeef: is no commit of this clone/,
  },
  {
    what: 'a clone with changes',
    given: (clone) => appendFileSync(join(clone.folder, 'README.md'), 'More.\n'),
    wave: 'canary',
    says: /clone: has changes that no commit holds: M README\.md\n {2}commit or stash/,
  },
  {
    what: 'a remote that is gone',
    given: (clone) => clone.git('remote', 'set-url', 'origin', join(clone.folder, 'nowhere')),
    wave: 'canary',
    says: /^git fetch: fatal: .*\n.*--no-fetch/,
  },
  {
    what: 'a main without rendered/',
    given: (clone) => {
      clone.git('rm', '-r', '--quiet', 'rendered')
      clone.commit('no fleet')
    },
    wave: 'canary',
    says: /^\w{12}:rendered\/fleet\.json: is not there/,
  },
  {
    what: 'an index that is none',
    given: (clone) => clone.commit('broken', { 'rendered/fleet.json': '{"waves": []}' }),
    wave: 'canary',
    says: /^\w{12}:rendered\/fleet\.json: cannot be read/,
  },
]
for (const { what, given, wave, commit, says } of refusals) {
  test(`refused: ${what}`, async (t) => {
    const clone = testClone(t)
    await given(clone)
    const before = clone.at('refs/')
    const options: Readonly<Record<string, string | true>> = commit
      ? { commit: commit(clone), land: true }
      : { land: true }
    const error = await t.throwsAsync(promote(clone, wave, options), {
      instanceOf: SynthError,
      message: says,
    })
    t.is(error?.message.split('\n').length, 2)
    t.is(clone.at('refs/'), before)
  })
}

test('refused: a shallow clone, and a folder that is none', async (t) => {
  const clone = testClone(t)
  const shallow = join(clone.folder, '../shallow')
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${clone.remote}`, shallow])
  await t.throwsAsync(run(command, ['canary'], { repository: shallow }), {
    instanceOf: SynthError,
    message: /shallow: is a shallow clone.*\n {2}git fetch --unshallow/,
  })
  await t.throwsAsync(run(command, ['canary'], { repository: join(clone.folder, '..') }), {
    instanceOf: SynthError,
    message: /is no git repository/,
  })
})

test('wrong usage says what is possible', async (t) => {
  const clone = testClone(t)
  const wrong: readonly [
    positionals: readonly string[],
    options: Readonly<Record<string, string | true>>,
    says: RegExp,
  ][] = [
    [[], {}, /which wave/],
    [['canary', 'early'], {}, /found early, allowed: one wave/],
    [['late'], {}, /no wave late; there are: canary, early, broad/],
    [['canary'], { push: true, land: true }, /take one/],
    [['canary'], { soak: '1h' }, /--soak is an option of --gate/],
    [['early'], { gate: 'prometheus' }, /--gate: found prometheus, allowed: an http/],
    [['early'], { gate: 'http://x', quorum: '80' }, /--quorum: found 80, allowed: above 0/],
    [['early'], { gate: 'http://x', soak: 'an hour' }, /--soak: found an hour, allowed: a time such as/],
  ]
  for (const [positionals, options, says] of wrong) {
    await t.throwsAsync(run(command, positionals, { repository: clone.folder, ...options }), {
      instanceOf: UsageError,
      message: says,
    })
  }
})

test('what moved meanwhile is not overwritten', async (t) => {
  const clone = testClone(t)
  const seen = clone.git('rev-parse', 'HEAD')
  await promote(clone, 'canary', { land: true })
  clone.commit('next')
  // The clone saw the branch before another one landed.
  clone.git('fetch', '--quiet')
  clone.git('update-ref', 'refs/remotes/origin/wave/canary', 'HEAD~2')
  await t.throwsAsync(promote(clone, 'canary', { land: true, 'no-fetch': true }), {
    instanceOf: SynthError,
    message: /^git push: ! \[rejected\] .*stale info/,
  })
  t.is(clone.at('refs/heads/wave/canary'), seen)
})

test('a clean clone promotes as well: it needs no branch of its own', async (t) => {
  const clone = testClone(t)
  await promote(clone, 'canary', { land: true })
  const folder = join(clone.folder, '../clean')
  execFileSync('git', ['clone', '--quiet', clone.remote, folder])
  const { code } = await run(command, ['early'], { repository: folder, land: true })
  t.is(code, 0)
  t.is(clone.at('refs/heads/wave/early'), clone.at('refs/heads/main'))
})

// A stand-in that records what it is asked: the real gh needs an account at GitHub. Tests with it run one by one,
// because they find it by PATH.
test.serial(
  '--push pushes the branch and opens the request with gh, and the next time gives it the new text',
  async (t) => {
    const clone = testClone(t)
    const asked = fakeGh(t, clone)
    await promote(clone, 'canary', { land: true })
    const { text } = await promote(clone, 'early', { push: true })
    const sha = clone.git('rev-parse', 'HEAD')
    const branch = `promote/early/${sha.slice(0, 12)}`
    t.is(clone.at(`refs/heads/${branch}`), sha)
    // A request needs a branch to go to: the first commit, which rendered nothing yet.
    t.is(clone.at('refs/heads/wave/early'), clone.git('rev-list', '--max-parents=0', 'HEAD'))
    t.regex(text, /✓ opened https:\/\/github\.example\/pull\/7/)
    t.regex(
      asked(),
      new RegExp(`pr create --base wave/early --head ${branch} --title early: promote .* --body-file -`),
    )
    t.regex(asked(), /## Why/)
    t.regex(
      (await promote(clone, 'early', { push: true })).text,
      /✓ updated https:\/\/github\.example\/pull\/7/,
    )
    t.regex(asked(), /pr edit https:\/\/github\.example\/pull\/7/)
  },
)

test.serial('without gh the branch is pushed, and the command to open the request is printed', async (t) => {
  const clone = testClone(t)
  const { PATH } = process.env
  t.teardown(() => {
    process.env.PATH = PATH
  })
  const bin = join(clone.folder, '../only-git')
  mkdirSync(bin)
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nPATH='${PATH}' exec '${git}' "$@"\n`)
  chmodSync(join(bin, 'git'), 0o755)
  process.env.PATH = bin
  const { code, text } = await promote(clone, 'canary', { push: true })
  t.is(code, 0)
  t.regex(
    text,
    /Pushed\. There is no gh here; open it, with the text above, by:\n {2}gh pr create --base wave\/canary --head promote\/canary/,
  )
  t.not(clone.at('refs/heads/promote'), '')
})

function fakeGh(t: ExecutionContext, clone: TestClone): () => string {
  const { PATH } = process.env
  t.teardown(() => {
    process.env.PATH = PATH
  })
  const bin = join(clone.folder, '../bin')
  const log = join(bin, 'asked')
  mkdirSync(bin)
  writeFileSync(
    join(bin, 'gh'),
    `#!/bin/sh
echo "$@" >> '${log}'
case "$2" in
  list) if [ -e '${bin}/made' ]; then echo https://github.example/pull/7; fi ;;
  create) cat >> '${log}'; touch '${bin}/made'; echo https://github.example/pull/7 ;;
  edit) cat >> '${log}' ;;
esac
`,
  )
  chmodSync(join(bin, 'gh'), 0o755)
  process.env.PATH = `${bin}:${PATH}`
  return () => readFileSync(log, 'utf8')
}
