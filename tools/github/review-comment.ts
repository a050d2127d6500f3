import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asScript, at, type GitHub, gitHub, needed } from './api.ts'
import { reviewText } from './review-text.ts'

const marker = '<!-- meridian: review -->'
const writer = 'github-actions[bot]'

/** Where a pull request comes from, as the event says it and not as its own code does. */
export interface Head {
  readonly owner: string
  readonly branch: string
  readonly commit: string
}

/** The open pull request whose head this is; undefined: it has moved on, or is closed. */
export async function pullRequestOf(github: GitHub, head: Head): Promise<number | undefined> {
  const from = encodeURIComponent(`${head.owner}:${head.branch}`)
  const pulls = await github.list(`/repos/${github.repository}/pulls?state=open&head=${from}`)
  const number = at(
    pulls.find((pull) => at(pull, 'head', 'sha') === head.commit),
    'number',
  )
  return typeof number === 'number' ? number : undefined
}

/** Writes the one comment of a pull request: in place of the one before, where there is one. */
export async function writeComment(github: GitHub, number: number, body: string): Promise<void> {
  const comments = await github.list(`/repos/${github.repository}/issues/${number}/comments`)
  const ours = comments.find(
    (comment) =>
      at(comment, 'user', 'login') === writer && String(at(comment, 'body') ?? '').startsWith(marker),
  )
  if (ours === undefined) {
    await github.ask('POST', `/repos/${github.repository}/issues/${number}/comments`, { body })
  } else {
    await github.ask('PATCH', `/repos/${github.repository}/issues/comments/${at(ours, 'id')}`, { body })
  }
}

/** What an artifact holds; undefined: the job that makes it did not come that far. */
function read(folder: string, name: string): string | undefined {
  const file = join(folder, name)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** An artifact may hold anything: what is no JSON counts as absent. */
export function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  await asScript(async () => {
    const { env } = process
    const github = gitHub(env)
    const [owner, branch, commit] = ['HEAD_OWNER', 'HEAD_BRANCH', 'HEAD_SHA'].map((name) => needed(env, name))
    const head = { owner: owner ?? '', branch: branch ?? '', commit: commit ?? '' }
    const number = await pullRequestOf(github, head)
    if (number === undefined) {
      console.log(`no open pull request has ${head.commit} as its head: nothing to write`)
      return
    }
    const folder = needed(env, 'REVIEW')
    const findings = parsed(read(folder, 'findings.sarif'))
    const run = { url: needed(env, 'RUN_URL'), commit: head.commit }
    await writeComment(github, number, reviewText(marker, read(folder, 'diff.md'), findings, run))
    const outputs = `number=${number}\nfindings=${findings !== undefined}\n`
    appendFileSync(needed(env, 'GITHUB_OUTPUT'), outputs)
  })
}
