import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parseAllDocuments } from 'yaml'
import { loadFleet } from '../../../clusters/fleet.ts'
import { openClients } from '../../cloud/clients.ts'
import { openLive } from '../../cloud/live.ts'
import type { Walk } from '../walk.ts'
import { answers, type HostAnswer } from './answers.ts'
import { argocd } from './argocd.ts'
import { imagesIn } from './images.ts'
import { state } from './state.ts'

const root = join(import.meta.dirname, '../../..')
const clients = openClients({ all: 'http://127.0.0.1:9' })
test.after(() => clients.close())
const graph = { resources: [], outputs: new Map() }
const walk: Walk = {
  graph,
  clients,
  state: new Map(),
  live: openLive(graph, clients),
  fleet: loadFleet(join(root, 'clusters')),
  rendered: join(root, 'rendered'),
  now: new Date('2026-01-01T00:00:00Z'),
  certificateDays: 30,
  kubeconfigs: new Map([['akl1', '/tmp/akl1.yaml']]),
}

/** What an API server would list for akl1: every rendered Application, in step and well. */
function applications() {
  const file = join(root, 'rendered/clusters/akl1/apps/applications.yaml')
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => document.toJS())
    .filter(({ kind }) => kind === 'Application')
    .map(({ metadata, spec }) => ({
      metadata,
      spec,
      status: { sync: { status: 'Synced', revision: 'a'.repeat(40) }, health: { status: 'Healthy' } },
    }))
}

test('Argo CD: every Application that is rendered for the cluster is there, in step, well, at one revision a ref', async (t) => {
  const asked: string[] = []
  const get = (items: unknown) =>
    argocd(async (kubeconfig, path) => {
      asked.push(`${kubeconfig} ${path}`)
      return { items }
    }).run(walk)
  const all = applications()
  const good = await get(all)
  t.deepEqual(asked, ['/tmp/akl1.yaml /apis/argoproj.io/v1alpha1/namespaces/argocd/applications'])
  t.true(good.length > 10)
  t.deepEqual(
    good.filter(({ status }) => status !== 'ok'),
    [],
  )

  const [first, second, ...rest] = all
  const drifted = {
    ...first,
    status: { ...first?.status, sync: { status: 'OutOfSync', revision: 'b'.repeat(40) } },
  }
  const bad = (await get([drifted, ...rest])).filter(({ status }) => status === 'failed')
  t.deepEqual(
    bad.map(({ subject, found }) => `${subject}: ${found}`),
    [
      `akl1 ${first?.metadata.name}: OutOfSync, Healthy, wave/early`,
      `akl1 ${second?.metadata.name}: nothing`,
      `akl1 at wave/early: ${'a'.repeat(12)}, ${'b'.repeat(12)}`,
    ],
  )
})

test('answers: every host of the routes once; an error, an old TLS and a certificate near its end are findings', async (t) => {
  const good: HostAnswer = { status: 401, tls: 'TLSv1.3', certificateEnd: new Date('2026-03-01T00:00:00Z') }
  const run = async (answer: HostAnswer | Error) => {
    const asked: string[] = []
    const checks = await answers(async (host, path) => {
      asked.push(host + path)
      if (answer instanceof Error) throw answer
      return answer
    }).run(walk)
    return { asked, statuses: [...new Set(checks.map(({ status }) => status))], found: checks[0]?.found }
  }
  const { asked, statuses, found } = await run(good)
  const hosts = new Set(walk.fleet.routes.routes.map(({ host }) => host))
  t.is(asked.length, hosts.size)
  t.deepEqual(statuses, ['ok'])
  t.is(found, '401 over TLSv1.3, certificate for 59 days')
  t.deepEqual((await run({ ...good, status: 502 })).statuses, ['failed'])
  t.deepEqual((await run({ ...good, tls: 'TLSv1.2' })).statuses, ['failed'])
  t.deepEqual((await run({ ...good, certificateEnd: new Date('2026-01-20T00:00:00Z') })).statuses, ['failed'])
  t.is((await run(new Error('connect ECONNREFUSED'))).found, 'connect ECONNREFUSED')
})

test('every image of our registry that is rendered is found once, with its tag and digest', (t) => {
  const images = imagesIn(walk.rendered, walk.fleet.platform.registry)
  const router = images.filter(({ repository }) => repository === 'router')
  t.is(router.length, 1)
  t.regex(router[0]?.digest ?? '', /^sha256:[0-9a-f]{64}$/)
  t.regex(router[0]?.tag ?? '', /^\d+\.\d+\.\d+$/)
})

test("Pulumi's state: what is rendered is deployed, and nothing else is", async (t) => {
  const resource = (name: string) => ({
    stack: 'aws-core',
    type: 'a.aws A',
    name,
    region: 'eu-west-1',
    spec: {},
  })
  const resources = ['one', 'two'].map(resource)
  const found = async (...names: string[]) => {
    const known = new Map(names.map((name) => [`aws-core/${name}`, {}]))
    return (await state.run({ ...walk, graph: { ...graph, resources }, state: known }))[0]
  }
  t.like(await found('one', 'two'), { subject: 'stack aws-core', status: 'ok' })
  t.like(await found('two', 'three'), {
    status: 'failed',
    found: 'aws-core/one is not deployed, aws-core/three is deployed and not rendered',
  })
  t.like(await found(), { status: 'skipped', reason: 'no --state' })
})
