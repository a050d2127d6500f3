import { createServer } from 'node:http'

export interface Asked {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly authorization: string
  readonly body: unknown
}

/** Answers as GitHub would, by `METHOD /path` without its query; a list is one page. */
export type Answers = Readonly<Record<string, unknown>>

/** GitHub's API cannot be had in a test: a server on this machine that says what it is told to, and notes what it is asked. */
export async function fakeGitHub(answers: Answers) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const text = Buffer.concat(chunks).toString()
      const { authorization = '' } = headers
      asked.push({ method, path: url, authorization, body: text === '' ? undefined : JSON.parse(text) })
      const key = `${method} ${decodeURIComponent(url.split('?')[0] ?? '')}`
      const page = new URLSearchParams(url.split('?')[1]).get('page') ?? '1'
      const known = Object.hasOwn(answers, key)
      const answer = page === '1' ? answers[key] : []
      response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' })
      response.end(JSON.stringify(known ? answer : { message: `nothing answers ${key}` }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const env = {
    GITHUB_API_URL: `http://127.0.0.1:${port}`,
    GITHUB_REPOSITORY: 'meridian-example/meridian',
    GITHUB_TOKEN: 'a-token',
  }
  const close = () => server.close()
  return { asked, env, close }
}
