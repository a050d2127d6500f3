import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { generateFleet } from '../../clusters/generate.ts'
import { compareWithPeers } from './against-peers.ts'
import { engine } from './engines.ts'
import type { BenchFleet } from './fleet.ts'
import { cdk8s } from './peers/cdk8s.ts'
import type { Peer } from './peers/peer.ts'
import { BenchError } from './row.ts'
import { openScratch } from './scratch.ts'

const root = join(import.meta.dirname, '../..')

async function compare(peer: Peer) {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'))
  for (const { path, content } of generateFleet(join(root, 'clusters'), { clusters: 3 })) {
    mkdirSync(dirname(join(dir, 'facts', path)), { recursive: true })
    writeFileSync(join(dir, 'facts', path), content)
  }
  const scratch = openScratch(root, dir)
  try {
    const paths = { facts: join(dir, 'facts'), apps: join(import.meta.dirname, 'apps') }
    const measurer = await engine('measure')
    return await compareWithPeers({
      paths,
      scratch,
      peers: [peer],
      repeats: 1,
      measurer,
      progress: () => undefined,
    })
  } finally {
    scratch.removeAll()
  }
}

/** Plain cdk8s over a fleet that is not quite the one it was given. */
const given = (change: (fleet: BenchFleet) => BenchFleet): Peer => ({
  ...cdk8s,
  prepare: (fleet, dir, out) => cdk8s.prepare(change(fleet), dir, out),
})

test('ours and an honest peer have a row each, of equal work', async (t) => {
  const rows = await compare(cdk8s)
  t.deepEqual(
    rows.map(({ name, clusters }) => ({ name, clusters })),
    [
      { name: 'meridian synth', clusters: 3 },
      { name: 'cdk8s, one App', clusters: 3 },
    ],
  )
  t.is(rows[1]?.objects, 90)
  for (const { cpuSeconds, peakBytes, bytes } of rows) t.true(cpuSeconds > 0 && peakBytes > 0 && bytes > 0)
})

test('a peer that leaves a cluster out is no comparison', async (t) => {
  const peer = given((fleet) => ({
    ...fleet,
    clusters: Object.fromEntries(Object.entries(fleet.clusters).slice(1)),
  }))
  await t.throwsAsync(compare(peer), { instanceOf: BenchError, message: /60 objects, expected 90/ })
})

test('a peer with another value in one object is no comparison', async (t) => {
  const peer = given((fleet) => {
    const [size = '', values = {}] = Object.entries(fleet.sizes)[0] ?? []
    const web = values.web && { ...values.web, cpu: '999m' }
    return { ...fleet, sizes: { ...fleet.sizes, [size]: { ...values, ...(web && { web }) } } }
  })
  await t.throwsAsync(compare(peer), { instanceOf: BenchError, message: /are not those that ours has/ })
})

test('a peer that writes nothing is no comparison', async (t) => {
  const idle: Peer = { name: 'idle', how: 'not at all', prepare: () => [] }
  await t.throwsAsync(compare(idle), { instanceOf: BenchError, message: /idle: 0 objects, expected 90/ })
})
