import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import anyTest from 'ava'
import { folders, ports } from './elasticsearch-config.ts'
import { keeperFiles } from './keeper.ts'
import { lifecycle, traceSettings, users } from './lifecycle.ts'

const lacking = ['bash', 'curl'].find((program) => spawnSync(program, ['--version']).error)
const test = lacking ? anyTest.skip : anyTest
if (lacking) console.warn(`apps/logs/keeper.test.ts skips what needs ${lacking}: this machine lacks it`)

const props = { retentionDays: 365, region: 'eu-west-1' }

/** Runs the keeper against something that listens like Elasticsearch, until it is asked `enough` times. */
async function run(name: string, enough: number, refuse: (asked: number) => boolean = () => false) {
  const asked: { path: string; user: string; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk
    })
    request.on('end', () => {
      const [, credentials = ''] = (request.headers.authorization ?? '').split(' ')
      const user = Buffer.from(credentials, 'base64').toString()
      asked.push({ path: `${request.method} ${request.url}`, user, body })
      response.writeHead(refuse(asked.length) ? 503 : 200).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const folder = mkdtempSync(join(tmpdir(), 'meridian-keeper-'))
  const here = (text: string) =>
    text
      .replaceAll('/etc/elasticsearch/', `${folder}/`)
      .replaceAll(folders.passwords, folder)
      .replaceAll(`127.0.0.1:${ports.http}`, `127.0.0.1:${port}`)
      .replace('sleep 10', 'sleep 0.1')
  for (const [file, text] of Object.entries(keeperFiles(props))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), here(text))
  }
  for (const user of ['elastic', 'kibana', ...users]) writeFileSync(join(folder, user), `${user}-password`)
  const keeper = spawn('bash', [join(folder, 'keeper.sh')], {
    env: { ...process.env, NAME: name },
    stdio: 'ignore',
    detached: true,
  })
  for (let tries = 0; tries < 60 && asked.length < enough; tries++) await sleep(100)
  if (keeper.pid) process.kill(-keeper.pid, 'SIGKILL')
  server.close()
  rmSync(folder, { recursive: true })
  return asked
}

const complete = Object.keys(lifecycle(props)).length + users.length + 2

test('it puts policies, templates, roles, users and today’s passwords', async (t) => {
  const asked = await run('elasticsearch-0', complete)
  t.deepEqual(
    asked.map(({ path }) => path).toSorted(),
    [
      ...Object.keys(lifecycle(props)).map((path) => `PUT /${path}`),
      ...users.map((user) => `PUT /_security/user/${user}`),
      'PUT /_security/user/kibana_system/_password',
      'PUT /jaeger-*/_settings?allow_no_indices=true',
    ].toSorted(),
  )
  for (const { path, user, body } of asked) {
    t.is(user, 'elastic:elastic-password')
    const name = path.slice('PUT /'.length)
    const expected = name.startsWith('jaeger-') ? traceSettings : lifecycle(props)[name]
    if (expected) t.deepEqual(JSON.parse(body), JSON.parse(JSON.stringify(expected)))
  }
  const writer = asked.find(({ path }) => path.endsWith('/user/writer'))
  t.deepEqual(JSON.parse(writer?.body ?? ''), { password: 'writer-password', roles: ['writer'] })
})

test('what fails is tried again soon', async (t) => {
  const asked = await run('elasticsearch-0', complete + 1, (count) => count === 1)
  t.is(asked[0]?.path, asked[1]?.path)
  t.is(asked.length, complete + 1)
})

test('the other nodes’ keepers leave it alone', async (t) => {
  const running = run('elasticsearch-1', 1)
  t.deepEqual(await running, [])
})
