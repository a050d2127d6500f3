import test, { type ExecutionContext } from 'ava'
import { gitHub } from './api.ts'
import { approvedMoves } from './approved-moves.ts'
import { fakeGitHub } from './fake-github.testing.ts'

const repository = '/repos/meridian-example/meridian'
const commit = 'a'.repeat(40)

/** A pull request that may move wave/early, and one thing about it that is otherwise. */
interface Case {
  readonly pull?: Readonly<Record<string, unknown>>
  readonly reviews?: readonly unknown[]
  readonly rules?: readonly unknown[]
  readonly checks?: readonly unknown[]
  readonly decision?: string
}

const approval = (login: string, more = {}) => ({
  user: { login },
  state: 'APPROVED',
  commit_id: commit,
  author_association: 'MEMBER',
  ...more,
})
const check = (name: string, conclusion: string, slug = 'github-actions', id = 1) => ({
  name,
  conclusion,
  app: { slug },
  id,
})
const express = { labels: [{ name: 'express' }] }

async function ask(t: ExecutionContext, { pull, reviews, rules, checks, decision }: Case) {
  const github = await fakeGitHub({
    [`GET ${repository}/pulls`]: [
      {
        number: 7,
        draft: false,
        user: { login: 'author' },
        labels: [],
        head: { sha: commit, repo: { full_name: 'meridian-example/meridian' } },
        ...pull,
      },
    ],
    [`GET ${repository}/rules/branches/wave/early`]: rules ?? [
      { type: 'pull_request', parameters: { required_approving_review_count: 1 } },
      {
        type: 'required_status_checks',
        parameters: { required_status_checks: [{ context: 'tests' }, { context: 'dependencies' }] },
      },
    ],
    [`GET ${repository}/pulls/7/reviews`]: reviews ?? [approval('owner')],
    [`GET ${repository}/commits/${commit}/check-runs`]: {
      check_runs: checks ?? [check('tests', 'success'), check('dependencies', 'skipped')],
    },
    'POST /graphql': { data: { repository: { pullRequest: { reviewDecision: decision ?? 'APPROVED' } } } },
  })
  t.teardown(github.close)
  return approvedMoves(gitHub(github.env), ['early'])
}

test('what is approved and green moves', async (t) => {
  t.deepEqual(await ask(t, {}), { moves: [{ wave: 'early', commit, path: 'gated' }], waiting: [] })
})

test('a check that was run again counts as it went the last time', async (t) => {
  const again = check('tests', 'success', 'github-actions', 12)
  const before = check('tests', 'cancelled', 'github-actions', 11)
  const { moves } = await ask(t, { checks: [again, before, check('dependencies', 'success')] })
  t.is(moves.length, 1)
})

test('the express path moves with two approvals', async (t) => {
  const { moves } = await ask(t, { pull: express, reviews: [approval('owner'), approval('second')] })
  t.deepEqual(moves, [{ wave: 'early', commit, path: 'express' }])
})

const waits: readonly [title: string, one: Case, lacks: RegExp][] = [
  ['the express path with one approval', { pull: express }, /: 1 of 2 approvals of aaaaaaaaaaaa$/],
  ['a draft', { pull: { draft: true } }, /: it is a draft$/],
  [
    'a request from a fork',
    { pull: { head: { sha: commit, repo: { full_name: 'stranger/meridian' } } } },
    /another repository/,
  ],
  ['an approval by the author', { reviews: [approval('author')] }, /0 of 1 approvals/],
  [
    'an approval of an older commit',
    { reviews: [approval('owner', { commit_id: 'b'.repeat(40) })] },
    /0 of 1/,
  ],
  ['an approval by a stranger', { reviews: [approval('x', { author_association: 'NONE' })] }, /0 of 1/],
  [
    'an approval that was taken back',
    { reviews: [approval('owner'), approval('owner', { state: 'DISMISSED' })] },
    /0 of 1/,
  ],
  [
    'a request with changes requested',
    { reviews: [approval('owner'), approval('second', { state: 'CHANGES_REQUESTED' })] },
    /changes requested by second/,
  ],
  ['a request whose owners did not approve', { decision: 'REVIEW_REQUIRED' }, /its owners: review_required/],
  [
    'a failed check',
    { checks: [check('tests', 'failure'), check('dependencies', 'success')] },
    /not green: tests$/,
  ],
  ['a check that did not run', { checks: [check('tests', 'success')] }, /not green: dependencies$/],
  [
    'a check that somebody else reports',
    { checks: [check('tests', 'success', 'stranger'), check('dependencies', 'success')] },
    /not green: tests$/,
  ],
  [
    'a check whose newest run failed',
    {
      checks: [
        check('tests', 'failure', 'github-actions', 12),
        check('tests', 'success', 'github-actions', 11),
        check('dependencies', 'success'),
      ],
    },
    /not green: tests$/,
  ],
  ['a branch without rules', { rules: [] }, /deploy platform\/github first/],
]
for (const [title, one, lacks] of waits) {
  test(`it waits: ${title}`, async (t) => {
    const { moves, waiting } = await ask(t, one)
    t.deepEqual(moves, [])
    t.is(waiting.length, 1)
    t.regex(waiting[0] ?? '', lacks)
  })
}
