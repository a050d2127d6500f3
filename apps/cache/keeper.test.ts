import anyTest from 'ava'
import { LocalRedis, missing, until } from './local-redis.testing.ts'

const lacking = missing()
// One site for the file: each test goes on from where the one before left it.
const test = lacking ? anyTest.skip : anyTest.serial
const redis = lacking ? undefined : new LocalRedis(3)
anyTest.after.always(async () => redis?.end())
if (lacking)
  console.warn(`apps/cache/keeper.test.ts skips what needs a real Redis: this machine lacks ${lacking}`)

function site(): LocalRedis {
  if (!redis) throw new TypeError('no Redis')
  return redis
}

/** Whether three masters hold all slots, as each of them sees it. */
function whole(generation = 0): boolean {
  return [0, 1, 2].every((ordinal) => {
    const info = site().ask('probe', site().address(ordinal, generation), 'cluster', 'info')
    const all = ['cluster_state:ok', 'cluster_slots_ok:16384', 'cluster_known_nodes:3', 'cluster_size:3']
    return all.every((line) => info.includes(line))
  })
}

test('three instances become a cluster with nobody there', async (t) => {
  for (const ordinal of [0, 1, 2]) site().start(ordinal)
  t.true(await until(() => whole()))
  const [first] = site()
    .ask('keeper', site().address(0), 'cluster', 'nodes')
    .split('\n')
    .filter((line) => line.includes('myself'))
  t.true(first?.endsWith(' 0-5460'))
  t.is(site().ask('router', site().address(0), 'set', 'page', 'kept'), 'OK')
})

test('the probe says yes to an instance that serves and no to one that is not there', (t) => {
  t.true(site().ready(site().address(0), 'cluster'))
  t.true(site().ready(site().address(0), 'alone'))
  t.false(site().ready(site().address(9), 'alone'))
})

test('without a certificate nobody gets in, and each user may do its own work alone', (t) => {
  const at = site().address(0)
  t.notRegex(site().askWithoutCertificate(at), /PONG|NOAUTH/)
  t.regex(site().ask('default', at, 'ping'), /WRONGPASS|NOAUTH/)
  t.is(site().ask('probe', at, 'ping'), 'PONG')
  t.regex(site().ask('probe', at, 'get', 'page'), /NOPERM/)
  t.is(site().ask('router', at, 'get', 'page'), 'kept')
  for (const command of [['flushall'], ['keys', '*'], ['config', 'get', '*'], ['cluster', 'reset']]) {
    t.regex(site().ask('router', at, ...command), /NOPERM/, command.join(' '))
  }
  t.regex(site().ask('exporter', at, 'info', 'server'), /redis_version/)
  t.regex(site().ask('exporter', at, 'get', 'page'), /NOPERM/)
})

test('a new certificate and new passwords are taken without a restart', async (t) => {
  const at = site().address(1)
  const serial = site().newCertificate()
  site().newPasswords({ router: 'r-2', keeper: 'k-2', exporter: 'e-2' })
  t.true(await until(() => site().presented(at) === serial))
  t.true(await until(() => site().ask('keeper', at, 'ping') === 'PONG'))
  t.is(site().ask('router', at, 'get', 'page'), 'kept')
})

test('an instance that lost its volume takes its former self’s place', async (t) => {
  const id = () => site().ask('keeper', site().address(1), 'cluster', 'myid')
  const before = id()
  await site().stop(1)
  site().loseVolume(1)
  site().start(1)
  t.true(await until(() => whole()))
  t.not(id(), before)
})

test('all instances find each other again when all addresses have changed', async (t) => {
  for (const ordinal of [0, 1, 2]) await site().stop(ordinal)
  for (const ordinal of [0, 1, 2]) site().start(ordinal, 1)
  t.true(await until(() => whole(1)))
  t.false(
    site()
      .ask('keeper', site().address(0, 1), 'cluster', 'nodes')
      .includes(`${site().address(0)}:`),
  )
})

test('an instance that has lost the majority lives on but takes no requests', async (t) => {
  const at = site().address(0, 1)
  for (const ordinal of [1, 2]) await site().stop(ordinal)
  t.true(await until(() => !site().ready(at, 'cluster')))
  t.true(site().ready(at, 'alone'))
})
