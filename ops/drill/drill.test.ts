import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { UpdateHealthCheckCommand } from '@aws-sdk/client-route-53'
import test from 'ava'
import { type Fleet, loadFleet } from '../../clusters/fleet.ts'
import { startAnsweringMoto } from '../cloud/answering-moto.ts'
import { type Clients, openClients } from '../cloud/clients.ts'
import { type CloudGraph, ofType, readGraph } from '../cloud/graph.ts'
import { allHealthChecks, effective } from '../cloud/health-checks.ts'
import { type CloudLab, openCloudLab, whyNoCloudLab, whyNoDynamoDb } from '../cloud/lab.ts'
import { openLive } from '../cloud/live.ts'
import { seed } from '../cloud/seed/seed.ts'
import { type DrillArgs, drillFailover } from './failover.ts'
import { down, settingOf } from './health-check.ts'
import { restore } from './restore.ts'

const root = join(import.meta.dirname, '../..')
const rendered = join(root, 'ops/cloud/fixture')
const fleet = loadFleet(join(root, 'clusters'))
const reasons = [whyNoCloudLab(), whyNoDynamoDb()].filter((why) => why !== undefined)
for (const why of reasons) console.warn(`skipped: ${why}`)
const withAws = reasons.length === 0 ? test.serial : test.serial.skip
const up = { disabled: false, inverted: false }

let lab: CloudLab
/** Tables that replicate at once, and tables that never do. */
let clients: Clients
let apart: Clients
let graph: CloudGraph

if (reasons.length === 0) {
  test.before('moto and DynamoDB Local', async () => {
    lab = await openCloudLab(true)
    clients = lab.open(lab.replicated)
    apart = lab.open(lab.dynamoDb)
    graph = readGraph(join(rendered, 'cloud'))
    // Their tables outlive moto's resets.
    const tables = { ...graph, resources: ofType(graph, 'dynamodb.aws Table') }
    await seed(tables, apart, lab.endpoint)
  })
  test.beforeEach('as rendered', async () => {
    await lab.reset()
    await seed(graph, clients, lab.endpoint)
  })
  test.after.always('end', () => lab?.close())
}

function drill(region: string, more: Partial<DrillArgs> = {}) {
  const used = more.clients ?? clients
  return drillFailover({
    graph,
    live: openLive(graph, used),
    clients: used,
    fleet,
    region,
    yes: true,
    progress: () => {},
    signal: new AbortController().signal,
    ...more,
  })
}

async function settings() {
  const checks = await allHealthChecks(clients)
  return Object.fromEntries(
    checks.map((check) => [
      check.HealthCheckConfig?.FullyQualifiedDomainName?.split('.')[0],
      settingOf(check),
    ]),
  )
}

/** How many items, markers among them, the table of a region has. */
async function items(of: Clients, region: string): Promise<number> {
  return (await of.dynamoDb(region).send(new ScanCommand({ TableName: 'meridian-objects' }))).Count ?? 0
}

function recovery(more: Partial<Fleet['cloud']['recovery']>): Fleet {
  return { ...fleet, cloud: { ...fleet.cloud, recovery: { ...fleet.cloud.recovery, ...more } } }
}

test('a check that is disabled and inverted is down whatever the region does; one that is inverted alone is not', (t) => {
  const drilled = { Disabled: down.disabled, Inverted: down.inverted }
  t.false(effective(drilled, true))
  t.false(effective(drilled, false))
  t.true(effective({ Inverted: true }, false))
  t.true(effective({ Disabled: true }, false))
})

withAws('without --yes nothing changes: the plan, and the times that follow from settings', async (t) => {
  const report = await drill('eu-west-1', { yes: false })
  t.deepEqual(await settings(), { 'eu-west-1': up, 'us-east-1': up })
  t.is(await items(clients, 'eu-west-1'), 0)
  t.true(report.dryRun)
  t.is(report.changes.length, 3)
  t.regex(
    report.changes[2] ?? '',
    /^any\.origin\.meridian\.example: .*eu-west-1.* → .*us-east-1.* for \d+ of the locations$/,
  )
  const figures = report.steps.flatMap((step) => step.figures)
  t.deepEqual(
    figures.filter(({ kind }) => kind === 'computed').map(({ seconds }) => seconds),
    [30, 60],
  )
  t.like(report.rto, { seconds: 90, targetSeconds: 300, met: true })
  t.is(report.rpo.seconds, undefined)
})

withAws(
  'with --yes: five steps, measured and computed apart, inside both objectives, and all as before',
  async (t) => {
    const report = await drill('eu-west-1')
    t.deepEqual(
      report.steps.map(({ name, status }) => `${name}: ${status}`),
      [
        'health checks: ok',
        'Route 53: skipped',
        'traffic rerouted: ok',
        'state synchronised: ok',
        'recovery validated: ok',
      ],
    )
    t.true(report.rto.met && report.rpo.met)
    t.true((report.rto.seconds ?? 0) > 90 && (report.rto.seconds ?? 999) < 120)
    t.true((report.rpo.seconds ?? 999) < 10)
    t.deepEqual(await settings(), { 'eu-west-1': up, 'us-east-1': up })
    t.is(await items(clients, 'eu-west-1'), 0)
  },
)

withAws('where Route 53 tells what it answers, the drill waits for it and counts the time', async (t) => {
  const answering = await startAnsweringMoto(lab.endpoint, clients, 1_200)
  const through = openClients({ all: answering.endpoint, dynamoDb: lab.replicated })
  t.teardown(() => through.close())
  t.teardown(() => answering.close())
  // Who asks from Virginia is sent there first.
  const { steps, rto } = await drill('us-east-1', { clients: through })
  const step = steps.find(({ name }) => name === 'Route 53')
  t.is(step?.status, 'ok')
  t.is(step?.figures[0]?.kind, 'measured')
  t.true((step?.figures[0]?.seconds ?? 0) > 1, JSON.stringify(step))
  t.true((rto.seconds ?? 0) > 91)
  t.is(answering.changes.length, 2)

  const never = await startAnsweringMoto(lab.endpoint, clients, 60_000)
  const stuck = openClients({ all: never.endpoint, dynamoDb: lab.replicated })
  t.teardown(() => stuck.close())
  t.teardown(() => never.close())
  const late = await drill('us-east-1', { clients: stuck, answerTimeoutMs: 600 })
  t.like(late.rto, { met: false, reason: 'Route 53: failed' })
  t.deepEqual(await settings(), { 'eu-west-1': up, 'us-east-1': up })
})

withAws('a table that does not replicate misses the recovery point; its marker is deleted', async (t) => {
  const report = await drill('eu-west-1', { clients: apart, fleet: recovery({ rpoSeconds: 1 }) })
  const state = report.steps.find(({ name }) => name === 'state synchronised')
  t.is(state?.status, 'failed')
  t.true(
    state?.notes.includes(
      'table meridian-objects: after 1 s a write in eu-west-1 is not in ap-southeast-1, us-east-1',
    ),
  )
  t.like(report.rpo, { met: false, reason: 'not of every store: see step 4' })
  t.is(await items(apart, 'eu-west-1'), 0)
})

withAws('a database that only the region has misses the recovery point', async (t) => {
  const { rto, rpo, steps } = await drill('us-east-1')
  t.true(rto.met)
  t.false(rpo.met)
  const notes = steps.flatMap((step) => step.notes)
  t.true(
    notes.includes('database meridian-orders: no replica in another region: only its backups are elsewhere'),
  )
})

withAws('settings that add up to more than the recovery time miss it', async (t) => {
  const { rto } = await drill('eu-west-1', { yes: false, fleet: recovery({ rtoSeconds: 90 }) })
  t.like(rto, { seconds: 90, met: false })
})

withAws('a drill that would do harm is refused before anything is changed', async (t) => {
  const checks = await allHealthChecks(clients)
  const idOf = (region: string) =>
    checks.find(({ HealthCheckConfig }) => HealthCheckConfig?.FullyQualifiedDomainName?.startsWith(region))
      ?.Id
  const change = (region: string, Disabled: boolean, Inverted: boolean) =>
    clients.route53.send(new UpdateHealthCheckCommand({ HealthCheckId: idOf(region), Disabled, Inverted }))
  const refused = async () => {
    const before = await settings()
    const { steps } = await drill('us-east-1')
    t.deepEqual(await settings(), before)
    t.is(steps.length, 1)
    return steps[0]?.notes[0]
  }
  await change('eu-west-1', false, true)
  t.is(await refused(), 'eu-west-1 not well: the others could not take over')
  await change('eu-west-1', false, false)
  await change('us-east-1', false, true)
  t.is(await refused(), 'us-east-1 is not well now: this is no time for a drill')
  await change('us-east-1', true, true)
  t.is(await refused(), 'us-east-1 is down by an earlier drill: npx meridian drill restore')
})

withAws('Ctrl-C puts everything back', async (t) => {
  const child = start('failover', '--region', 'eu-west-1', '--yes')
  await untilDown()
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  t.is(code, 1)
  t.deepEqual(await settings(), { 'eu-west-1': up, 'us-east-1': up })
  t.is(await items(apart, 'eu-west-1'), 0)
})

withAws(
  'after a drill that was killed, restore says which checks are not as rendered, and sets them',
  async (t) => {
    const child = start('failover', '--region', 'eu-west-1', '--yes')
    await untilDown()
    child.kill('SIGKILL')
    await once(child, 'exit')
    t.deepEqual((await settings())['eu-west-1'], down)
    const first = await restore(graph, openLive(graph, clients), clients, false)
    t.deepEqual(
      first.map(({ check, was, rendered: to }) => ({ check, was, to })),
      [{ check: 'eu-west-1-health', was: down, to: up }],
    )
    t.deepEqual((await settings())['eu-west-1'], down)
    await restore(graph, openLive(graph, clients), clients, true)
    t.deepEqual(await settings(), { 'eu-west-1': up, 'us-east-1': up })
    t.deepEqual(await restore(graph, openLive(graph, clients), clients, false), [])
  },
)

withAws('wrong usage is told before anything is asked', async (t) => {
  for (const [args, words] of [
    [['failover'], /--region: found nothing, allowed: eu-west-1, us-east-1/],
    [['failover', '--region', 'mars'], /--region: found mars/],
    [['fail'], /found fail, allowed: failover, restore/],
  ] as const) {
    const child = start(...args)
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const [code] = await once(child, 'close')
    t.is(code, 2)
    t.regex(said, words)
  }
})

/** The command, with tables that never replicate: so it waits where it can be stopped. */
function start(...args: readonly string[]): ChildProcess {
  const env = { ...process.env, AWS_ENDPOINT_URL: lab.endpoint, AWS_ENDPOINT_URL_DYNAMODB: lab.dynamoDb }
  const command = ['bin/meridian.ts', 'drill', ...args, '--rendered', rendered]
  return spawn(join(root, 'node_modules/.bin/node'), command, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function untilDown(): Promise<void> {
  while (!(await settings())['eu-west-1']?.disabled) await sleep(50)
  // The marker is written a moment after.
  while ((await items(apart, 'eu-west-1')) === 0) await sleep(50)
}
