import { rmSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import { join } from './join.ts'
import { fakeNode } from './testing.ts'

const choice = '/etc/rancher/k3s/config.yaml.d/20-join.yaml'
const cached = '/var/lib/rancher/meridian/join-token'
const script = String(join[0]?.content)

interface Given {
  readonly first?: boolean
  readonly servers?: string
  /** What the secret manager answers: the token, that there is none, or nothing. */
  readonly secret: 'published' | 'none' | 'unreachable'
  /** Servers that answer. */
  readonly alive?: readonly string[]
  readonly cachedToken?: boolean
  readonly member?: boolean
}

async function start(t: ExecutionContext, given: Given) {
  const node = fakeNode()
  t.teardown(() => rmSync(node.root, { recursive: true }))
  const servers = given.servers ?? '10.0.0.1 10.0.0.2 10.0.0.3'
  const address = given.first ? '10.0.0.1' : '10.0.0.2'
  node.write(
    '/etc/meridian/node.env',
    `CLUSTER=fra1\nADDRESS=${address}\nSERVERS='${servers}'\nFIRST=${given.first ? 'yes' : 'no'}\n`,
  )
  if (given.cachedToken) node.write(cached, 'K10old::server:old\n')
  if (given.member) node.write('/var/lib/rancher/k3s/server/db/state', '')
  node.command(
    'aws',
    {
      published: 'echo K10new::server:new',
      none: 'echo "ResourceNotFoundException: no value" >&2; exit 254',
      unreachable: 'echo "Could not connect to the endpoint URL" >&2; exit 255',
    }[given.secret],
  )
  node.command(
    'curl',
    `case "\${*: -1}" in ${(given.alive ?? []).map((host) => `*//${host}:*) echo -n pong ;; `).join('')}*) exit 7 ;; esac`,
  )
  const { code, output } = await node.run(script)
  return { code, output, choice: node.read(choice), token: node.read(cached), root: node.root }
}

test('the first server founds the cluster where none was ever founded', async (t) => {
  const { code, choice } = await start(t, { first: true, secret: 'none' })
  t.is(code, 0)
  t.is(choice, 'cluster-init: true\n')
})

test('a first server that is born again joins its neighbours', async (t) => {
  const { code, choice, token, root } = await start(t, {
    first: true,
    secret: 'published',
    alive: ['10.0.0.3'],
  })
  t.is(code, 0)
  t.is(choice, `server: https://10.0.0.3:6443\ntoken-file: ${root}${cached}\n`)
  t.is(token, 'K10new::server:new\n')
})

test('a first server never founds a second cluster, though no neighbour answers', async (t) => {
  for (const secret of ['published', 'unreachable'] as const) {
    const { code, output, choice } = await start(t, { first: true, secret })
    t.is(code, 1, secret)
    t.is(choice, undefined)
    t.regex(output, /no server of fra1 answers/)
  }
})

test('another server waits until the first has published the token', async (t) => {
  const { code, choice } = await start(t, { secret: 'none', alive: ['10.0.0.1'] })
  t.is(code, 1)
  t.is(choice, undefined)
})

test('another server joins by the token that it kept while the link is cut', async (t) => {
  const { code, choice, token } = await start(t, {
    secret: 'unreachable',
    alive: ['10.0.0.1'],
    cachedToken: true,
  })
  t.is(code, 0)
  t.regex(String(choice), /server: https:\/\/10\.0\.0\.1:6443/)
  t.is(token, 'K10old::server:old\n')
})

test('the only server of a site starts whatever the link does', async (t) => {
  for (const secret of ['none', 'published', 'unreachable'] as const) {
    const { code, choice } = await start(t, { first: true, servers: '10.0.0.1', secret })
    t.is(code, 0, secret)
    t.is(choice, '')
  }
})

test('a member keeps to its own disk', async (t) => {
  const { code, choice } = await start(t, { secret: 'unreachable', member: true })
  t.is(code, 0)
  t.is(choice, undefined)
})
