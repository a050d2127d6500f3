import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** The one way from a cluster to the git host, which can be cut. */
export interface GitLink {
  /** For the repository credential's `proxy`. */
  readonly proxy: string
  /** Cuts what is open and refuses what comes, as a cut line does. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

/**
 * An HTTP proxy that knows one host alone, and leads it to a local port: so nothing that uses it reaches the
 * outside.
 *
 * @param host such as `github.com`; port 443
 * @param port of the local server that plays it
 */
export async function openGitLink(host: string, port: () => number): Promise<GitLink> {
  const open = new Set<Duplex>()
  let whole = true
  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connect', (request, client: Socket) => {
    client.on('error', () => client.destroy())
    if (!whole) {
      client.destroy()
      return
    }
    if (request.url !== `${host}:443`) {
      client.end('HTTP/1.1 403 Only the git host\r\n\r\n')
      return
    }
    const upstream = connect(port(), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  const cutAll = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    proxy: `http://127.0.0.1:${address.port}`,
    cut() {
      whole = false
      cutAll()
    },
    mend() {
      whole = true
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      cutAll()
      server.closeAllConnections()
      await closed
    },
  }
}
