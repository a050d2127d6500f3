import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import test from 'ava'
import { UsageError } from '../../bin/command.ts'
import { command as promote } from '../commands/promote.ts'
import { command } from '../commands/rollback.ts'
import { SynthError } from '../errors.ts'
import { deployment, router, run, type TestClone, testClone } from './clone.testing.ts'

const rollback = (
  clone: TestClone,
  wave: string | undefined,
  options: Readonly<Record<string, string | true>> = {},
) => run(command, wave === undefined ? [] : [wave], { repository: clone.folder, ...options })

/** The wave lands on what `main` is, through those before it. */
async function land(clone: TestClone, ...waves: readonly string[]): Promise<string> {
  for (const wave of waves) await run(promote, [wave], { repository: clone.folder, land: true })
  return clone.git('rev-parse', 'main')
}

test('back by a revert on main: one commit that takes back all that came since the wave was where it was', async (t) => {
  const clone = testClone(t)
  const good = await land(clone, 'canary')
  clone.commit('router: image b', { [router]: deployment('b') })
  clone.commit('cache: begin', { 'rendered/apps/cache/one/pod.yaml': deployment('cache') })
  const bad = await land(clone, 'canary')
  clone.commit('docs: a page', { 'docs/page.md': 'A page.\n' })
  const { code, text } = await rollback(clone, 'canary', { json: true })
  t.is(code, 0)
  const { past, target, revert, request } = JSON.parse(text)
  t.is(target, good)
  t.is(past.stops[0].sha, good)
  t.regex(past.stops[0].at, /^20\d\d-/)
  t.deepEqual(
    revert.reverted.map(({ subject }: { subject: string }) => subject),
    ['cache: begin', 'router: image b'],
  )
  const content = (path: string) => clone.git('show', `${revert.commit}:${path}`)
  t.regex(content(router), /image: a$/)
  t.throws(() => content('rendered/apps/cache/one/pod.yaml'))
  t.is(content('docs/page.md'), 'A page.')
  t.is(clone.git('rev-parse', `${revert.commit}^`), clone.git('rev-parse', 'main'))
  t.like(request, { base: 'main', branch: `rollback/canary/${bad.slice(0, 12)}`, labels: ['rollback'] })
  t.regex(
    request.body,
    /cache `one`: Deployment router removed; router `small`: Deployment router: image b → a/,
  )
  // Nothing moved, here or there; the same again finds its own branch.
  t.is(clone.at('refs/heads/wave/canary'), bad)
  t.is(clone.git('status', '--porcelain'), '')
  t.is(clone.git('worktree', 'list').split('\n').length, 1)
  t.is(JSON.parse((await rollback(clone, 'canary', { json: true })).text).revert.commit, revert.commit)
})

test('a revert that is merged moves on as every change does', async (t) => {
  const clone = testClone(t)
  await land(clone, 'canary', 'early')
  clone.commit('router: image b', { [router]: deployment('b') })
  await land(clone, 'canary', 'early')
  const { revert } = JSON.parse((await rollback(clone, 'early', { json: true })).text)
  clone.git('merge', '--quiet', '--ff-only', revert.branch)
  clone.git('push', '--quiet', 'origin', 'main')
  await land(clone, 'canary', 'early')
  t.regex(clone.git('show', `${clone.at('refs/heads/wave/early')}:${router}`), /image: a$/)
})

test('a merge is taken back whole', async (t) => {
  const clone = testClone(t)
  await land(clone, 'canary')
  clone.git('checkout', '--quiet', '-b', 'change')
  clone.commit('router: image b', { [router]: deployment('b') })
  clone.git('checkout', '--quiet', 'main')
  clone.git('merge', '--quiet', '--no-ff', '--message', 'Merge the change', 'change')
  clone.git('push', '--quiet', 'origin', 'main')
  await land(clone, 'canary')
  const { revert } = JSON.parse((await rollback(clone, 'canary', { json: true })).text)
  t.is(revert.reverted.length, 1)
  t.regex(clone.git('show', `${revert.commit}:${router}`), /image: a$/)
})

test('where a later commit stands on what is taken back, it is named, and nothing is left behind', async (t) => {
  const clone = testClone(t)
  await land(clone, 'canary')
  const bad = clone.commit('router: image b', { [router]: deployment('b') })
  await land(clone, 'canary')
  clone.commit('router: image c', { [router]: deployment('c') })
  await t.throwsAsync(rollback(clone, 'canary'), {
    instanceOf: SynthError,
    message: new RegExp(
      `^${router}: stands in the way: main changed it after ${bad.slice(0, 12)} router: image b\n.*--ref`,
    ),
  })
  t.is(clone.git('worktree', 'list').split('\n').length, 1)
  t.is(clone.git('branch', '--list', 'rollback/*'), '')
  t.false(readdirSync(tmpdir()).some((name) => name === `meridian-revert-${clone.folder}`))
})

test('main that is without it already needs no revert', async (t) => {
  const clone = testClone(t)
  await land(clone, 'canary')
  clone.commit('router: image b', { [router]: deployment('b') })
  await land(clone, 'canary')
  const { revert } = JSON.parse((await rollback(clone, 'canary', { json: true })).text)
  clone.git('merge', '--quiet', '--ff-only', revert.branch)
  clone.git('push', '--quiet', 'origin', 'main')
  clone.git('branch', '--quiet', '-D', revert.branch)
  t.regex((await rollback(clone, 'canary')).text, /✓ main is without them already: npx meridian promote/)
})

test('without a log, the past is what changed rendered/ on main', async (t) => {
  const clone = testClone(t)
  const first = clone.git('rev-parse', 'HEAD')
  clone.commit('docs: a page', { 'docs/page.md': 'A page.\n' })
  clone.commit('router: image b', { [router]: deployment('b') })
  clone.git('push', '--quiet', 'origin', 'main:refs/heads/wave/canary')
  const { past, target } = JSON.parse((await rollback(clone, 'canary', { json: true })).text)
  t.is(target, first)
  t.is(past.stops[0].at, undefined)
  t.regex((await rollback(clone, 'canary')).text, /rendered: the fleet {2}\(main; no tag tells when\)/)
})

test('--ref moves the branch alone back, logged, and main stays', async (t) => {
  const clone = testClone(t)
  const good = await land(clone, 'canary')
  clone.commit('router: image b', { [router]: deployment('b') })
  const bad = await land(clone, 'canary')
  const { text } = await rollback(clone, 'canary', { ref: true })
  t.regex(text, /canary: move back from/)
  t.regex(text, /Two approvals/)
  t.regex(text, new RegExp(`npx meridian rollback canary --ref --to ${good} --land`))
  t.is(clone.at('refs/heads/wave/canary'), bad)
  t.is((await rollback(clone, 'canary', { ref: true, to: good, land: true })).code, 0)
  t.is(clone.at('refs/heads/wave/canary'), good)
  t.is(clone.at('refs/heads/main'), bad)
  t.is(clone.git('ls-remote', '--tags', 'origin', 'was/canary/*').split('\n').at(-1)?.slice(0, 40), good)
})

test('--express moves every wave to one commit, all or none, back and forward', async (t) => {
  const clone = testClone(t)
  const first = await land(clone, 'canary', 'early', 'broad')
  const second = clone.commit('router: image b', { [router]: deployment('b') })
  await land(clone, 'canary', 'early')
  const { moves, requests } = JSON.parse((await rollback(clone, 'early', { express: true, json: true })).text)
  t.deepEqual(
    moves.map(({ wave, to, direction }: Record<string, string>) => [wave, to, direction]),
    [
      ['canary', first, 'back'],
      ['early', first, 'back'],
    ],
  )
  for (const { labels, body } of requests) {
    t.deepEqual(labels, ['express'])
    t.regex(body, /## Approval\nTwo approvals, neither by who asks/)
    t.regex(body, /`main` keeps what is left out/)
    t.regex(body, /## What changes\n.*router `small`: Deployment router: image b → a/)
  }
  const third = clone.commit('router: hotfix', { [router]: deployment('c') })
  const forward = JSON.parse(
    (await rollback(clone, undefined, { express: true, to: third, json: true })).text,
  )
  t.deepEqual(
    forward.requests.map(({ base, branch, commit }: Record<string, string>) => [base, branch, commit]),
    ['canary', 'early', 'broad'].map((wave) => [
      `wave/${wave}`,
      `promote/${wave}/${third.slice(0, 12)}`,
      third,
    ]),
  )
  t.is(clone.at('refs/heads/wave/early'), second)
  t.is((await rollback(clone, undefined, { express: true, to: third, land: true })).code, 0)
  for (const wave of ['canary', 'early', 'broad']) t.is(clone.at(`refs/heads/wave/${wave}`), third)
})

test('one branch that moved meanwhile stops them all', async (t) => {
  const clone = testClone(t)
  const first = await land(clone, 'canary', 'early', 'broad')
  clone.commit('router: image b', { [router]: deployment('b') })
  await land(clone, 'canary', 'early')
  // As if early had landed after this clone looked.
  clone.git('update-ref', 'refs/remotes/origin/wave/early', clone.git('rev-list', '--max-parents=0', 'main'))
  const before = clone.at('refs/')
  await t.throwsAsync(
    rollback(clone, undefined, { express: true, to: first, land: true, 'no-fetch': true }),
    {
      message: /^git push: ! \[rejected\]/,
    },
  )
  t.is(clone.at('refs/'), before)
})

test('wrong usage and wrong ways say what is possible', async (t) => {
  const clone = testClone(t)
  const first = await land(clone, 'canary')
  const next = clone.commit('next')
  const wrong: readonly [
    wave: string | undefined,
    options: Readonly<Record<string, string | true>>,
    says: RegExp,
  ][] = [
    [undefined, {}, /which wave/],
    ['late', {}, /no wave late; there are: canary, early, broad/],
    [undefined, { express: true }, /--express: to where/],
    ['canary', { express: true, ref: true }, /take one/],
    ['canary', { land: true }, /a revert is merged into main/],
    ['canary', { ref: true, push: true }, /can be no pull request/],
    ['early', {}, /^wave\/early: does not exist at origin/],
    ['canary', {}, /^wave\/canary: has no commit to go back to/],
    ['canary', { to: first }, /^wave\/canary: is at \w{12} already/],
    ['canary', { to: next }, /does not hold \w{12}: a roll-back goes back\n.*promote canary goes forward/],
    ['canary', { to: 'nowhere' }, /^nowhere: is no commit/],
  ]
  for (const [wave, options, message] of wrong) {
    const error = await t.throwsAsync(rollback(clone, wave, options), { message })
    t.true(error instanceof UsageError || error instanceof SynthError)
  }
  clone.git('checkout', '--quiet', '-b', 'mine')
  clone.git('commit', '--quiet', '--allow-empty', '--message', 'mine')
  await t.throwsAsync(rollback(clone, undefined, { express: true, to: 'mine' }), {
    message: /is not on main/,
  })
})
