import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { gitHub } from './api.ts'
import { fakeGitHub } from './fake-github.testing.ts'
import { changesIn, propose } from './open-pull-request.ts'

const proposal = { branch: 'release/1', title: 'release: images', body: 'Built.' }
const repository = '/repos/meridian-example/meridian'

function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  const git = (...args: readonly string[]) => spawnSync('git', ['-C', folder, ...args])
  git('init', '--quiet')
  for (const name of ['kept', 'gone', 'a file']) writeFileSync(join(folder, name), 'before')
  git('add', '.')
  git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message=a')
  return folder
}

test('changed, new and removed files are what is proposed', (t) => {
  const folder = checkout()
  t.deepEqual(changesIn(folder), { additions: [], deletions: [] })
  writeFileSync(join(folder, 'a file'), 'after')
  writeFileSync(join(folder, 'new'), 'ä')
  rmSync(join(folder, 'gone'))
  const { additions, deletions } = changesIn(folder)
  const text = additions.map(({ path, contents }) => [path, Buffer.from(contents, 'base64').toString()])
  t.deepEqual(text.toSorted(), [
    ['a file', 'after'],
    ['new', 'ä'],
  ])
  t.deepEqual(deletions, [{ path: 'gone' }])
})

test('GitHub makes the commit, so it is signed, on a branch of its own', async (t) => {
  const github = await fakeGitHub({
    [`POST ${repository}/git/refs`]: {},
    'POST /graphql': { data: { createCommitOnBranch: { commit: { oid: 'b' } } } },
    [`POST ${repository}/pulls`]: { html_url: 'https://github.example/pull/1' },
  })
  t.teardown(github.close)
  const changes = { additions: [{ path: 'a', contents: 'YQ==' }], deletions: [] }
  t.is(await propose(gitHub(github.env), 'abc', changes, proposal), 'https://github.example/pull/1')
  const [branch, commit, pull] = github.asked.map(({ body }) => body)
  t.deepEqual(branch, { ref: 'refs/heads/release/1', sha: 'abc' })
  t.like(commit, { variables: { input: { expectedHeadOid: 'abc', fileChanges: changes } } })
  t.like(pull, { head: 'release/1', base: 'main', title: 'release: images' })
})

test('where nothing was changed nothing is asked for', async (t) => {
  const github = await fakeGitHub({})
  t.teardown(github.close)
  t.is(await propose(gitHub(github.env), 'abc', { additions: [], deletions: [] }, proposal), undefined)
  t.deepEqual(github.asked, [])
})

test('a commit that GitHub refuses stops it, with what GitHub said', async (t) => {
  const github = await fakeGitHub({
    [`POST ${repository}/git/refs`]: {},
    'POST /graphql': { errors: [{ message: 'Expected branch to point to abc' }] },
  })
  t.teardown(github.close)
  const changes = { additions: [], deletions: [{ path: 'a' }] }
  await t.throwsAsync(propose(gitHub(github.env), 'abc', changes, proposal), {
    message: /^GraphQL: .*Expected branch to point to abc/,
  })
})
