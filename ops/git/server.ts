import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { createGunzip } from 'node:zlib'

export interface GitServerSettings {
  /** The repository's own folder. */
  readonly repository: string
  /** Its path in the URL, such as `/meridian-example/meridian.git`. */
  readonly path: string
  readonly certificate: { readonly cert: string; readonly key: string }
  readonly credential: { readonly username: string; readonly password: string }
}

/** git's smart HTTP over TLS, for reading, to whom knows the password. */
export interface GitServer {
  /** The same port through all its lives. */
  port(): number
  start(): Promise<void>
  /** Cuts every connection, as a server that dies does. */
  stop(): Promise<void>
  /** How many fetches it answered: where nothing asks, nothing is refreshed. */
  requests(): number
}

export function gitServer(settings: GitServerSettings): GitServer {
  let server: Server | undefined
  let [port, requests] = [0, 0]
  return {
    port: () => port,
    requests: () => requests,
    async start() {
      if (server) return
      const { cert, key } = settings.certificate
      server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
        requests += 1
        answer(request, response, settings)
      })
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      if (address !== null && typeof address !== 'string') port = address.port
    },
    async stop() {
      const stopping = server
      server = undefined
      if (!stopping) return
      const closed = once(stopping, 'close')
      stopping.close()
      stopping.closeAllConnections()
      await closed
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse, settings: GitServerSettings): void {
  const { username, password } = settings.credential
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  if (request.headers.authorization !== expected) {
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end()
    return
  }
  const url = new URL(request.url ?? '/', 'https://git')
  // As on GitHub, the address is good with .git and without.
  const repository = settings.path.replace(/\.git$/, '')
  const [, inside] = new RegExp(`^${RegExp.escape(repository)}(?:\\.git)?(/.*)$`).exec(url.pathname) ?? []
  if (inside === undefined) {
    response.writeHead(404).end()
    return
  }
  backend(request, response, { path: inside, query: url.searchParams.toString(), settings })
}

/** One run of git's own CGI program. */
function backend(
  request: IncomingMessage,
  response: ServerResponse,
  { path, query, settings }: { path: string; query: string; settings: GitServerSettings },
): void {
  const git = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      // Owned by whoever started this, which is who runs it.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      GIT_PROJECT_ROOT: settings.repository,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  })
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request
  body.pipe(git.stdin)
  git.stdin.on('error', () => {})
  git.on('error', () => response.destroy())
  response.on('close', () => git.kill())
  let head = Buffer.alloc(0)
  const read = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    git.stdout.off('data', read)
    const lines = head.subarray(0, end).toString().split('\r\n')
    const fields = lines
      .map((line) => line.split(/:\s*/, 2))
      .map(([name = '', value = '']) => [name, value] as const)
    const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200'
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(fields.filter(([name]) => name !== 'Status')),
    )
    response.write(head.subarray(end + 4))
    git.stdout.pipe(response)
  }
  git.stdout.on('data', read)
  git.stdout.on('end', () => response.end())
}
