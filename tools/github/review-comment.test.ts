import test from 'ava'
import { gitHub } from './api.ts'
import { fakeGitHub } from './fake-github.testing.ts'
import { parsed, pullRequestOf, writeComment } from './review-comment.ts'
import { longestComment, reviewText } from './review-text.ts'

const repository = '/repos/meridian-example/meridian'
const marker = '<!-- meridian: review -->'
const run = { url: 'https://github.example/run/1', commit: 'a'.repeat(40) }
const result = (level: string, more = {}) => ({
  level,
  ruleId: 'image-by-digest',
  message: { text: 'Deployment router/router runs a tag' },
  locations: [
    {
      physicalLocation: { artifactLocation: { uri: 'apps/router/app.ts' }, region: { startLine: 12 } },
    },
  ],
  ...more,
})
const sarif = (...results: readonly unknown[]) => ({ runs: [{ results }] })

test('the comment says what changes, what must be mended and where', (t) => {
  const text = reviewText(marker, 'router `small`: image a→b', sarif(result('error'), result('warning')), run)
  t.is(
    text,
    `${marker}

router \`small\`: image a→b

**Policies**: 1 finding must be mended; 1 warning.

| rule | what is wrong | where to mend it |
|---|---|---|
| image-by-digest | Deployment router/router runs a tag | apps/router/app.ts:12 |

<sub>Of aaaaaaaaaaaa, by [this run](https://github.example/run/1).</sub>`,
  )
})

test('a finding with an exception is none', (t) => {
  const text = reviewText(marker, '', sarif(result('error', { suppressions: [{ kind: 'external' }] })), run)
  t.regex(text, /no rule is broken; 0 warnings/)
})

test('what did not come is said', (t) => {
  const text = reviewText(marker, undefined, undefined, run)
  t.regex(text, /What changes could not be computed/)
  t.regex(text, /Policies could not be asked/)
})

test('a pull request can call nobody, forge no marker, and break no table', (t) => {
  const bad = `@meridian-example/security ${marker} a | b <img src=x>`
  const text = reviewText(marker, bad, sarif(result('error', { message: { text: bad } })), run)
  t.false(text.includes('@meridian'))
  t.is(text.split(marker).length, 2)
  t.true(text.includes('a \\| b &lt;img src=x>'))
})

test('an address with an at sign inside stays as it is', (t) => {
  t.true(reviewText(marker, 'router@sha256:00', sarif(), run).includes('router@sha256:00'))
})

test('a long diff is cut so that GitHub takes the comment, and the findings stay', (t) => {
  const text = reviewText(marker, 'x'.repeat(200_000), sarif(result('error')), run)
  t.true(text.length <= longestComment)
  t.true(text.length > longestComment - 1000)
  t.regex(text, /Cut here/)
  t.regex(text, /image-by-digest/)
})

test('many findings are counted, and the first are shown', (t) => {
  const text = reviewText(marker, '', sarif(...Array.from({ length: 40 }, () => result('error'))), run)
  t.is(text.split('\n| image-by-digest').length - 1, 30)
  t.regex(text, /… and 10 more/)
})

test('an artifact that is no JSON counts as absent', (t) => {
  t.is(parsed('{'), undefined)
  t.is(parsed(undefined), undefined)
  t.deepEqual(parsed('{"a":1}'), { a: 1 })
})

test('the pull request is the open one of that fork and branch which still has that commit', async (t) => {
  const github = await fakeGitHub({
    [`GET ${repository}/pulls`]: [
      { number: 3, head: { sha: 'b' } },
      { number: 4, head: { sha: 'a' } },
    ],
  })
  t.teardown(github.close)
  const head = { owner: 'stranger', branch: 'a&state=all', commit: 'a' }
  t.is(await pullRequestOf(gitHub(github.env), head), 4)
  t.true(github.asked[0]?.path.includes('head=stranger%3Aa%26state%3Dall&'))
  t.is(await pullRequestOf(gitHub(github.env), { ...head, commit: 'c' }), undefined)
})

test('one comment is written, then renewed in place; what others wrote stays', async (t) => {
  const answers = {
    [`GET ${repository}/issues/4/comments`]: [
      { id: 1, user: { login: 'stranger' }, body: marker },
    ] as unknown[],
    [`POST ${repository}/issues/4/comments`]: {},
    [`PATCH ${repository}/issues/comments/2`]: {},
  }
  const github = await fakeGitHub(answers)
  t.teardown(github.close)
  await writeComment(gitHub(github.env), 4, `${marker} one`)
  answers[`GET ${repository}/issues/4/comments`] = [
    { id: 1, user: { login: 'stranger' }, body: marker },
    { id: 2, user: { login: 'github-actions[bot]' }, body: `${marker} one` },
  ]
  await writeComment(gitHub(github.env), 4, `${marker} two`)
  const writes = github.asked.filter(({ method }) => method !== 'GET')
  t.deepEqual(
    writes.map(({ method, path, body }) => [method, path, body]),
    [
      ['POST', `${repository}/issues/4/comments`, { body: `${marker} one` }],
      ['PATCH', `${repository}/issues/comments/2`, { body: `${marker} two` }],
    ],
  )
})
