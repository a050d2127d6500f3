import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asScript, at, type GitHub, GitHubError, gitHub } from './api.ts'

/** A pull request that moves a wave's branch, and has what the ruleset asks of it. */
export interface ApprovedMove {
  readonly wave: string
  readonly commit: string
  /** `gated`: the wave before must be well. `express`: nobody asks, but two people approved. */
  readonly path: 'gated' | 'express'
}

export interface Answer {
  readonly moves: readonly ApprovedMove[]
  /** What every other pull request still lacks, a line each. */
  readonly waiting: readonly string[]
}

/**
 * The pull requests to waves that may move, in the order of the waves.
 *
 * It asks what GitHub's own merge button would: the approvals of the head commit, the code owners and the required
 * checks, as the rules of the branch state them. A ruleset cannot make the number of approvals depend on a label, so
 * the second approval of the express path is asked here.
 */
export async function approvedMoves(github: GitHub, waves: readonly string[]): Promise<Answer> {
  const moves: ApprovedMove[] = []
  const waiting: string[] = []
  for (const wave of waves) {
    const base = encodeURIComponent(`wave/${wave}`)
    for (const pull of await github.list(`/repos/${github.repository}/pulls?state=open&base=${base}`)) {
      const request = requestOf(pull)
      const lacks = await lacksOf(github, wave, request)
      const path = request.express ? 'express' : 'gated'
      if (lacks.length === 0) moves.push({ wave, commit: request.commit, path })
      else waiting.push(`#${request.number} (wave/${wave}): ${lacks.join('; ')}`)
    }
  }
  return { moves, waiting }
}

interface Request {
  readonly number: number
  readonly commit: string
  readonly author: unknown
  readonly draft: boolean
  readonly repository: unknown
  readonly express: boolean
}

function requestOf(pull: unknown): Request {
  const [number, commit] = [at(pull, 'number'), at(pull, 'head', 'sha')]
  if (typeof number !== 'number' || typeof commit !== 'string' || !/^[0-9a-f]{40}$/.test(commit)) {
    throw new GitHubError('GitHub answered with a pull request that has no number or no head')
  }
  const labels = at(pull, 'labels')
  return {
    number,
    commit,
    author: at(pull, 'user', 'login'),
    draft: at(pull, 'draft') !== false,
    repository: at(pull, 'head', 'repo', 'full_name'),
    express: Array.isArray(labels) && labels.some((label) => at(label, 'name') === 'express'),
  }
}

async function lacksOf(github: GitHub, wave: string, request: Request): Promise<readonly string[]> {
  const lacks: string[] = []
  if (request.draft) lacks.push('it is a draft')
  if (request.repository !== github.repository) lacks.push('it comes from another repository')
  const rules = await github.list(`/repos/${github.repository}/rules/branches/wave/${wave}`)
  const { approvals, checks } = demandsOf(rules)
  const wanted = Math.max(approvals, request.express ? 2 : 1)
  // Without rules nobody would have had to approve anything.
  if (checks.length === 0)
    lacks.push(`no rule requires a check of wave/${wave}: deploy platform/github first`)

  const reviews = await github.list(`/repos/${github.repository}/pulls/${request.number}/reviews`)
  const { approved, refused } = verdictsOf(reviews, request)
  if (refused.length > 0) lacks.push(`changes requested by ${refused.join(', ')}`)
  if (approved.length < wanted)
    lacks.push(`${approved.length} of ${wanted} approvals of ${request.commit.slice(0, 12)}`)
  const decision = await decisionOf(github, request.number)
  if (decision !== 'APPROVED') lacks.push(`its owners: ${String(decision ?? 'not asked').toLowerCase()}`)

  const green = await greenChecks(github, request.commit)
  const missing = checks.filter((name) => !green.has(name))
  if (missing.length > 0) lacks.push(`not green: ${missing.join(', ')}`)
  return lacks
}

/** What the rules of a branch ask: the API merges every ruleset that applies to it. */
function demandsOf(rules: readonly unknown[]): { approvals: number; checks: readonly string[] } {
  const of = (type: string) => rules.filter((rule) => at(rule, 'type') === type)
  const counts = of('pull_request').map((rule) =>
    Number(at(rule, 'parameters', 'required_approving_review_count')),
  )
  const checks = of('required_status_checks').flatMap((rule) => {
    const required = at(rule, 'parameters', 'required_status_checks')
    return Array.isArray(required) ? required.map((check) => String(at(check, 'context'))) : []
  })
  return { approvals: Math.max(1, ...counts), checks }
}

/** The last word of each reviewer: an approval counts for the commit that he saw, and never for one's own work. */
function verdictsOf(reviews: readonly unknown[], { commit, author }: Request) {
  const last = new Map<string, unknown>()
  for (const review of reviews) {
    const state = at(review, 'state')
    if (state === 'APPROVED' || state === 'CHANGES_REQUESTED' || state === 'DISMISSED') {
      last.set(String(at(review, 'user', 'login')), review)
    }
  }
  const people = [...last].filter(([name]) => name !== author)
  const member = (review: unknown) =>
    ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(String(at(review, 'author_association')))
  const names = (state: string, fits: (review: unknown) => boolean) =>
    people.filter(([, review]) => at(review, 'state') === state && fits(review)).map(([name]) => name)
  return {
    approved: names('APPROVED', (review) => member(review) && at(review, 'commit_id') === commit),
    refused: names('CHANGES_REQUESTED', member),
  }
}

async function decisionOf(github: GitHub, number: number): Promise<unknown> {
  const [owner, name] = github.repository.split('/')
  const query = `query ($owner: String!, $name: String!, $number: Int!) {
    repository(owner: $owner, name: $name) { pullRequest(number: $number) { reviewDecision } }
  }`
  const data = await github.graphql(query, { owner, name, number })
  return at(data, 'repository', 'pullRequest', 'reviewDecision')
}

/** The checks of GitHub Actions whose newest run on a commit went well or was not needed. */
async function greenChecks(github: GitHub, commit: string): Promise<ReadonlySet<string>> {
  const path = `/repos/${github.repository}/commits/${commit}/check-runs?filter=latest&per_page=100`
  const runs = at(await github.ask('GET', path), 'check_runs')
  if (!Array.isArray(runs)) throw new GitHubError(`GET ${path}: GitHub answered with no check runs`)
  const newest = new Map<string, unknown>()
  for (const run of runs.toSorted((a, b) => Number(at(a, 'id')) - Number(at(b, 'id')))) {
    if (at(run, 'app', 'slug') === 'github-actions') newest.set(String(at(run, 'name')), run)
  }
  // One that still runs has no conclusion.
  const good = (run: unknown) => ['success', 'skipped', 'neutral'].includes(String(at(run, 'conclusion')))
  return new Set([...newest].filter(([, run]) => good(run)).map(([name]) => name))
}

/** The waves in their order, as the fleet is rendered. */
function wavesOf(root: string): readonly string[] {
  const waves = at(JSON.parse(readFileSync(join(root, 'rendered/fleet.json'), 'utf8')), 'waves')
  if (!Array.isArray(waves)) throw new GitHubError('rendered/fleet.json names no waves')
  return waves.map(String)
}

if (import.meta.main) {
  await asScript(async () => {
    const waves = wavesOf(join(import.meta.dirname, '../..'))
    const { moves, waiting } = await approvedMoves(gitHub(process.env), waves)
    for (const line of waiting) console.error(line)
    for (const { wave, commit, path } of moves) console.log(`${wave} ${commit} ${path}`)
  })
}
