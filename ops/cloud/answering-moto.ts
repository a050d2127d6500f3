import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { Clients } from './clients.ts'
import { allHealthChecks, effective } from './health-checks.ts'
import { answerOf, type Vantage, zoneOf } from './routing.ts'
import { recordsOf } from './zones.ts'

/** Where TestDNSAnswer asks from. */
const virginia: Vantage = {
  country: 'US',
  continent: 'NA',
  lat: 38.95,
  lon: -77.45,
  nearest: ['us-east-1', 'eu-west-1', 'ap-southeast-1'],
}

/** A stand-in before moto: it answers TestDNSAnswer, which moto lacks, and hands everything else on. */
export interface AnsweringMoto {
  readonly endpoint: string
  /** What was asked to be changed: `POST /2013-04-01/healthcheck/…`. */
  readonly changes: readonly string[]
  close(): Promise<void>
}

/**
 * What it answers follows moto's records and health checks by the rules of routing.ts, so it proves that the drill
 * asks and waits, not that Route 53 keeps those rules.
 *
 * @param clients of moto itself
 * @param lagMs how long it answers as before after a health check was changed
 */
export async function startAnsweringMoto(
  moto: string,
  clients: Clients,
  lagMs: number,
): Promise<AnsweringMoto> {
  const changes: string[] = []
  let changedAt = Number.NEGATIVE_INFINITY
  let before: ReadonlyMap<string, boolean> = new Map()

  async function answer(url: URL): Promise<string> {
    const now = await health(clients)
    const healthy = performance.now() - changedAt < lagMs ? before : now
    const records = await recordsOf(clients, url.searchParams.get('hostedzoneid') ?? '')
    const zone = zoneOf(records, (check) => healthy.get(check) ?? true)
    const values = answerOf(zone, url.searchParams.get('recordname') ?? '', virginia)?.values ?? []
    const entries = values.map((value) => `<RecordDataEntry>${value}</RecordDataEntry>`).join('')
    return `<?xml version="1.0"?><TestDNSAnswerResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><RecordData>${entries}</RecordData><ResponseCode>NOERROR</ResponseCode></TestDNSAnswerResponse>`
  }

  const server = createServer(async (request, response) => {
    try {
      const url = new URL(request.url ?? '/', moto)
      if (url.pathname.endsWith('/testdnsanswer')) {
        response.end(await answer(url))
        return
      }
      if (request.method === 'POST' && url.pathname.includes('/healthcheck/')) {
        before = await health(clients)
        changedAt = performance.now()
        changes.push(`POST ${url.pathname}`)
      }
      const { status, body, type } = await handOn(request, url)
      response.writeHead(status, { 'content-type': type }).end(body)
    } catch (error) {
      response.writeHead(502).end(String(error))
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    changes,
    async close() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

async function health(clients: Clients): Promise<ReadonlyMap<string, boolean>> {
  const checks = await allHealthChecks(clients)
  return new Map(
    checks.map(({ Id = '', HealthCheckConfig = {} }) => [Id, effective(HealthCheckConfig, true)]),
  )
}

async function handOn(request: IncomingMessage, url: URL) {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(Buffer.from(part))
  // Only what moto goes by: whose region and service it is, which action, what the body is.
  const kept = ['authorization', 'content-type', 'x-amz-target']
  const headers = Object.fromEntries(
    kept.flatMap((name) =>
      typeof request.headers[name] === 'string' ? [[name, request.headers[name]]] : [],
    ),
  )
  const method = request.method ?? 'GET'
  const body = method === 'GET' || method === 'HEAD' ? undefined : Buffer.concat(parts)
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
  const type = answer.headers.get('content-type') ?? 'text/xml'
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()), type }
}
