import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import anyTest from 'ava'
import { type Credentials, freePort, LocalProxies, missing } from '../_lib/local-envoy.testing.ts'
import { anyRelease, centralCluster, platform, render } from '../_lib/testing.ts'
import metrics from '../metrics/app.ts'
import app from './app.ts'

const lacking = missing()
const test = lacking ? anyTest.skip : anyTest.serial
if (lacking)
  console.warn(`apps/telemetry/entrance.test.ts skips what needs a real proxy: this machine lacks ${lacking}`)

const proxies = lacking ? undefined : new LocalProxies()
anyTest.after.always(() => proxies?.end())

/** The entrance, a store's proxy behind it, and what the store itself is asked. */
const asked: { path: string; from: string }[] = []
const ports = { entrance: 0, store: 0, program: 0 }
const sender: Record<string, Credentials> = {}

if (proxies) anyTest.before(() => start(proxies))

async function start(local: LocalProxies): Promise<void> {
  const program = createServer((incoming, outgoing) => {
    asked.push({ path: incoming.url ?? '', from: String(incoming.headers['x-spiffe-id']) })
    incoming.resume().on('end', () => outgoing.writeHead(204).end())
  })
  await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve))
  program.unref()
  const address = program.address()
  ports.program = address && typeof address === 'object' ? address.port : 0
  for (const name of ['entrance', 'store'] as const) ports[name] = await freePort()

  for (const [name, path] of Object.entries({
    prometheus: '/ns/observability/sa/prometheus',
    logs: '/ns/node-agents/sa/log-agent',
    router: '/ns/router/sa/router',
  })) {
    sender[name] = local.certificate(`URI:spiffe://fra1.meridian${path}`)
  }
  local.mount('telemetry', local.certificate('URI:spiffe://dub-eks.meridian/ns/telemetry/sa/telemetry'))
  local.mount('served', local.certificate('DNS:telemetry.meridian.test'))
  local.mount('metrics', local.certificate('URI:spiffe://dub-eks.meridian/ns/metrics/sa/metrics'))

  const files = (of: typeof app | typeof metrics, name: string) =>
    render<unknown>(of, of.place(centralCluster, anyRelease, platform)).one('ConfigMap', `${name}-config`)
      .data
  await local.start('metrics', files(metrics, 'metrics'), ports.store, {
    '"port_value": 8443': `"port_value": ${ports.store}`,
    '"port_value": 9902': `"port_value": ${await freePort()}`,
    '"port_value": 9193': `"port_value": ${await freePort()}`,
    '"port_value": 9194': `"port_value": ${await freePort()}`,
    '"port_value": 9090': `"port_value": ${ports.program}`,
  })
  const entrance: Record<string, string> = files(app, 'telemetry')
  await local.start('telemetry', entrance, ports.entrance, {
    '/etc/telemetry-certificate': local.folder('served'),
    // Its own port comes first, then those of the stores.
    '"address": "0.0.0.0",\n            "port_value": 8443': `"address": "127.0.0.1", "port_value": ${ports.entrance}`,
    '"port_value": 8443': `"port_value": ${ports.store}`,
    '"address": "metrics-0.metrics-pods.metrics.svc.cluster.local"': '"address": "127.0.0.1"',
    '"address": "metrics-1.metrics-pods.metrics.svc.cluster.local"': '"address": "127.0.0.1"',
    '"port_value": 9902': `"port_value": ${await freePort()}`,
    '"port_value": 9901': `"port_value": ${await freePort()}`,
  })
}

test('a site’s Prometheus reaches both stores, which learn from its certificate who sent it', async (t) => {
  t.is(await post('/metrics/0/api/v1/write', sender.prometheus), 204)
  t.is(await post('/metrics/1/api/v1/write', sender.prometheus), 204)
  t.deepEqual(
    asked.map(({ path }) => path),
    ['/api/v1/write', '/api/v1/write'],
  )
  t.is(asked[0]?.from, 'spiffe://fra1.meridian/ns/observability/sa/prometheus')
})

test('each agent may reach its own path and no other', async (t) => {
  t.is(await post('/metrics/0/api/v1/write', sender.logs), 403)
  t.is(await post('/logs', sender.prometheus), 403)
  t.is(await post('/metrics/../logs', sender.prometheus), 403)
  t.is(await post('/metrics/0/api/v1/query', sender.prometheus), 404)
})

test('who is no agent, or shows nothing, gets no connection', async (t) => {
  await t.throwsAsync(post('/metrics/0/api/v1/write', sender.router))
  await t.throwsAsync(post('/metrics/0/api/v1/write', undefined))
})

test('TLS 1.3 alone, quantum-safe where both ends can', async (t) => {
  const socket = await open({ ...pair(sender.prometheus) })
  t.is(socket.getProtocol(), 'TLSv1.3')
  t.like(socket.getEphemeralKeyInfo(), { name: 'X25519MLKEM768' })
  socket.destroy()
  await t.throwsAsync(open({ ...pair(sender.prometheus), maxVersion: 'TLSv1.2' }))
})

test('a new certificate is shown without a restart', async (t) => {
  const local = proxies ?? never()
  const serial = async () => {
    const socket = await open({ ...pair(sender.prometheus) })
    const { serialNumber } = socket.getPeerCertificate()
    socket.destroy()
    return serialNumber
  }
  const before = await serial()
  local.mount('served', local.certificate('DNS:telemetry.meridian.test'))
  for (let tries = 0; tries < 50 && (await serial()) === before; tries++) await sleep(100)
  t.not(await serial(), before)
})

function pair(credentials: Credentials | undefined): ConnectionOptions {
  return credentials ? { cert: readFileSync(credentials.cert), key: readFileSync(credentials.key) } : {}
}

const server = () => ({
  host: '127.0.0.1',
  port: ports.entrance,
  servername: 'telemetry.meridian.test',
  ca: readFileSync((proxies ?? never()).authority),
})

function post(path: string, credentials: Credentials | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...server(),
        ...pair(credentials),
        path,
        method: 'POST',
        agent: false,
        headers: { 'x-spiffe-id': 'spiffe://ams1.meridian/forged' },
      },
      (incoming) => {
        incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0))
      },
    )
    outgoing.on('error', reject).end('x')
  })
}

/** A connection on which the server has accepted our certificate: in TLS 1.3 that is known by its first answer. */
function open(options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...server(), ...options }, () => resolve(socket))
    socket.on('error', reject)
  })
}

function never(): never {
  throw new TypeError('no proxies')
}
