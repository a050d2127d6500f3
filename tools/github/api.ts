/** GitHub's answer was none that can be used: what was asked, and what it said. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError'
}

export interface GitHub {
  /** `owner/name` of the repository. */
  readonly repository: string
  /** Asks the REST API. @param path from the API's root, with a slash in front */
  ask(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<unknown>
  /** Every page of a list, a hundred entries each. @param path without a query of its own, or with one */
  list(path: string): Promise<readonly unknown[]>
  graphql(query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown>
}

/**
 * GitHub as a workflow sees it. It needs nothing of npm, so a job need not install anything to call it.
 *
 * @param env `GITHUB_REPOSITORY`, `GITHUB_API_URL`, `GITHUB_GRAPHQL_URL` as Actions sets them
 * @param token of an app, or the workflow's own
 * @throws {GitHubError} for a missing variable; the calls, for any answer that is no success
 */
export function gitHub(env: NodeJS.ProcessEnv, token = needed(env, 'GITHUB_TOKEN')): GitHub {
  const repository = needed(env, 'GITHUB_REPOSITORY')
  const api = env.GITHUB_API_URL ?? 'https://api.github.com'
  const graph = env.GITHUB_GRAPHQL_URL ?? `${api}/graphql`

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const url = path.startsWith('https://') || path.startsWith('http://') ? path : `${api}${path}`
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'meridian',
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    if (!response.ok) {
      throw new GitHubError(`${method} ${path}: GitHub answered ${response.status} ${text.slice(0, 300)}`)
    }
    return text === '' ? undefined : JSON.parse(text)
  }

  return {
    repository,
    ask,
    async list(path) {
      const all: unknown[] = []
      for (let page = 1; ; page += 1) {
        const join = path.includes('?') ? '&' : '?'
        const some = await ask('GET', `${path}${join}per_page=100&page=${page}`)
        if (!Array.isArray(some)) throw new GitHubError(`GET ${path}: GitHub answered with no list`)
        all.push(...some)
        if (some.length < 100) return all
      }
    },
    async graphql(query, variables) {
      const answer = await ask('POST', graph, { query, variables })
      const errors = at(answer, 'errors')
      if (errors) throw new GitHubError(`GraphQL: ${JSON.stringify(errors).slice(0, 300)}`)
      return at(answer, 'data')
    },
  }
}

/** A value inside JSON that somebody else made; undefined where the way there is not as expected. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = Reflect.get(found, key)
  }
  return found
}

/** @throws {GitHubError} where the environment does not have it */
export function needed(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name]
  if (value) return value
  throw new GitHubError(`${name} is not set: this runs in a workflow; see .github/workflows/`)
}

/** Runs a script of a workflow: one line for what is known to go wrong, exit 2. */
export async function asScript(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    console.error(error instanceof GitHubError ? error.message : error)
    process.exitCode = 2
  }
}
