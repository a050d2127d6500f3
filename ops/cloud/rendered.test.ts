import { join } from 'node:path'
import test from 'ava'
import { loadFleet } from '../../clusters/fleet.ts'
import { drillFailover } from '../drill/failover.ts'
import { regionsOf } from '../drill/plan.ts'
import { steps } from '../verify/steps.ts'
import { walkAll } from '../verify/walk.ts'
import type { Clients } from './clients.ts'
import { type CloudGraph, readGraph } from './graph.ts'
import { type CloudLab, openCloudLab, whyNoCloudLab } from './lab.ts'
import { openLive } from './live.ts'
import { seed } from './seed/seed.ts'

const root = join(import.meta.dirname, '../..')
const rendered = join(root, 'rendered')
const fleet = loadFleet(join(root, 'clusters'))
const why = whyNoCloudLab()
if (why !== undefined) console.warn(`skipped: ${why}`)
const withMoto = why === undefined ? test.serial : test.serial.skip

let lab: CloudLab
let clients: Clients
let graph: CloudGraph

if (why === undefined) {
  test.before('moto, with what is rendered', async () => {
    lab = await openCloudLab()
    clients = lab.open()
    graph = readGraph(join(rendered, 'cloud'))
    await seed(graph, clients, lab.endpoint)
  })
  test.after.always('end', () => lab?.close())
}

withMoto(
  'verify finds every rendered stack as it is rendered, and skips only what moto cannot tell',
  async (t) => {
    const report = await walkAll(
      steps,
      {
        graph,
        clients,
        rendered,
        state: new Map(),
        live: openLive(graph, clients),
        fleet,
        now: new Date(),
        certificateDays: 30,
        kubeconfigs: new Map(),
      },
      () => {},
    )
    const checks = report.steps.flatMap(({ checks: all }) => all)
    t.deepEqual(
      checks
        .filter(({ status }) => status === 'failed')
        .map(({ subject, expected, found }) => ({ subject, expected, found })),
      [],
    )
    // Every stretch that rendered/cloud has something of.
    for (const name of [
      'zones',
      'records',
      'health checks',
      'certificates',
      'distributions',
      'web ACLs',
      'entrances',
      'targets',
      'databases',
      'tables',
    ]) {
      const step = report.steps.find((one) => one.name === name)
      t.true(
        step?.checks.some(({ status }) => status === 'ok'),
        name,
      )
    }
    const reasons = checks.flatMap(({ status, reason = '' }) => (status === 'skipped' ? [reason] : []))
    const known = [
      /^the API (says nothing of mutual authentication|does not tell by which policy)$/,
      /^only Pulumi's state knows [\w-]+ of (aws-[\w-]+|cloudflare|fastly): --state$/,
      /^it is rendered without a name of its own: --state knows it$/,
      /^unbuilt or unmirrored: there is no digest yet$/,
      /^(no --state|no --kubeconfig|AWS_ENDPOINT_URL is set)$/,
    ]
    t.deepEqual(
      reasons.filter((reason) => !known.some((pattern) => pattern.test(reason))),
      [],
    )
  },
)

withMoto(
  'every region of the facts can fail: some names lead elsewhere, within the recovery time',
  async (t) => {
    t.deepEqual(regionsOf(graph), Object.keys(fleet.regions).toSorted())
    for (const region of regionsOf(graph)) {
      const signal = new AbortController().signal
      const live = openLive(graph, clients)
      const report = await drillFailover({
        graph,
        live,
        clients,
        fleet,
        region,
        yes: false,
        progress: () => {},
        signal,
      })
      t.true(report.rto.met, `${region}: ${JSON.stringify(report.rto)}`)
      // Detection and TTL are there: a sum of nothing would be met too.
      const computed = report.steps
        .flatMap(({ figures }) => figures)
        .filter(({ kind }) => kind === 'computed')
      t.is(computed.length, 2)
      t.true(
        computed.every(({ seconds }) => seconds > 0),
        region,
      )
      const front = `meridian-front-${region}`
      const reroutes = report.changes.filter((change) => change.includes(' → '))
      t.true(reroutes.length > 0)
      for (const change of reroutes) {
        const [before = '', after = ''] = change.split(' → ')
        t.true(before.includes(front) && !after.includes(front), change)
      }
    }
  },
)
