import { readFileSync } from 'node:fs'
import { Agent, type RequestOptions, request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

/** A Kubernetes object, as far as everybody knows it. */
export interface Live {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly generation?: number
    readonly annotations?: Readonly<Record<string, string>>
    readonly labels?: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string
  }
}

/** The API server refused: `code` is the HTTP status, the message is the server's own. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** An API server, asked by paths such as `/api/v1/nodes`. What comes back has the shape that the caller names. */
export interface Api {
  /** undefined where it is not there. @throws {ApiError} */
  get<T>(path: string): Promise<T | undefined>
  post(path: string, body: unknown): Promise<void>
  put(path: string, body: unknown): Promise<void>
  /** A merge patch (RFC 7386). @throws {ApiError} */
  patch(path: string, body: unknown): Promise<void>
  delete(path: string): Promise<void>
  /**
   * Tells of every object under `path`, first those that are there, then each that is created or changed; again
   * from the start where the connection breaks, so the handler must do the same thing twice without harm.
   *
   * @returns ends it
   */
  watch<T extends Live>(path: string, handler: (object: T) => Promise<void> | void): () => void
}

export interface ApiSettings {
  /** `https://127.0.0.1:6443` */
  readonly server: string
  /** Paths of PEM files. */
  readonly ca: string
  readonly cert: string
  readonly key: string
}

const retryMs = 300

export function openApi({ server, ca, cert, key }: ApiSettings): Api & { close(): void } {
  const credentials = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) }
  const agent = new Agent({ keepAlive: true, ...credentials })
  // A watch keeps its connection for good, so it has one of its own.
  const watches = new Agent({ keepAlive: false, ...credentials })

  async function call(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<string> {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const options = { method, agent, headers: { accept: 'application/json', 'content-type': type } }
    const response = await open(new URL(path, server), options, text)
    const content = await response.text()
    if (response.code >= 400) throw new ApiError(response.code, messageOf(content))
    return content
  }

  return {
    async get<T>(path: string) {
      try {
        // The API server's answer; the caller names the type that this path has.
        return JSON.parse(await call('GET', path)) as T
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined
        throw error
      }
    },
    post: async (path, body) => void (await call('POST', path, body)),
    put: async (path, body) => void (await call('PUT', path, body)),
    patch: async (path, body) => void (await call('PATCH', path, body, 'application/merge-patch+json')),
    delete: async (path) => void (await call('DELETE', path)),
    watch<T extends Live>(path: string, handler: (object: T) => Promise<void> | void) {
      const ending = new AbortController()
      const run = async () => {
        while (!ending.signal.aborted) {
          await follow<T>(new URL(`${path}?watch=true`, server), watches, ending.signal, handler).catch(
            () => {},
          )
          await sleep(retryMs)
        }
      }
      void run()
      return () => ending.abort()
    },
    close() {
      agent.destroy()
      watches.destroy()
    },
  }
}

type Response = { readonly code: number; text(): Promise<string>; lines(): AsyncIterable<string> }

function open(url: URL, options: RequestOptions, body?: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (message) => {
      message.setEncoding('utf8')
      async function* lines() {
        let rest = ''
        for await (const chunk of message) {
          const parts = `${rest}${chunk}`.split('\n')
          rest = parts.pop() ?? ''
          yield* parts
        }
      }
      async function text() {
        let whole = ''
        for await (const chunk of message) whole += chunk
        return whole
      }
      resolve({ code: message.statusCode ?? 0, text, lines })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function follow<T extends Live>(
  url: URL,
  agent: Agent,
  signal: AbortSignal,
  handler: (object: T) => Promise<void> | void,
): Promise<void> {
  const response = await open(url, { agent, signal })
  if (response.code !== 200) throw new ApiError(response.code, await response.text())
  for await (const line of response.lines()) {
    // The API server's watch event; the caller names the type that this path has.
    const { type, object } = JSON.parse(line) as { type: string; object: T }
    if (type === 'ADDED' || type === 'MODIFIED') await handler(object)
  }
}

function messageOf(content: string): string {
  try {
    // A Status of the API server.
    return (JSON.parse(content) as { message?: string }).message ?? content
  } catch {
    return content
  }
}
