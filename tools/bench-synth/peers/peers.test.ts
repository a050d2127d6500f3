import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { generateFleet } from '../../../clusters/generate.ts'
import { objectsOf, objectsPerCluster, readBenchFleet } from '../fleet.ts'
import { countOutput, objectsOfCluster, sameObjects } from '../outputs.ts'
import { cdk8s, cdk8sCharts } from './cdk8s.ts'
import { helm } from './helm.ts'
import { jsonnet } from './jsonnet.ts'
import { kustomize } from './kustomize.ts'

const root = join(import.meta.dirname, '../../..')

async function smallFleet() {
  const facts = mkdtempSync(join(tmpdir(), 'bench-'))
  for (const folder of ['fleet', 'locations']) mkdirSync(join(facts, folder))
  for (const { path, content } of generateFleet(join(root, 'clusters'), { clusters: 9 })) {
    writeFileSync(join(facts, path), content)
  }
  return readBenchFleet(facts, join(root, 'tools/bench-synth/apps'))
}

const folders = (): [dir: string, out: string] => [
  mkdtempSync(join(tmpdir(), 'peer-')),
  mkdtempSync(join(tmpdir(), 'peer-out-')),
]

test('the fleet of the bench has 30 objects a cluster, other ones for each size', async (t) => {
  const { clusters, sizes } = await smallFleet()
  t.is(Object.keys(clusters).length, 9)
  t.deepEqual(Object.keys(sizes).toSorted(), ['large', 'medium', 'small'])
  const lists = Object.values(sizes).map(objectsOf)
  for (const list of lists) t.is(list.length, objectsPerCluster)
  t.is(new Set(lists.map((list) => JSON.stringify(list))).size, 3)
})

for (const peer of [cdk8s, cdk8sCharts]) {
  test(`${peer.name}: every cluster has the objects of its size`, async (t) => {
    const fleet = await smallFleet()
    const [dir, out] = folders()
    for (const { argv } of peer.prepare(fleet, dir, out)) {
      t.is(spawnSync(argv[0] ?? '', argv.slice(1), { cwd: dir }).status, 0)
    }
    t.is(countOutput(out).objects, 9 * objectsPerCluster)
    for (const [cluster, size] of Object.entries(fleet.clusters)) {
      t.true(sameObjects(objectsOfCluster(out, cluster), objectsOf(fleet.sizes[size] ?? {})), cluster)
    }
  })
}

test('helm and kustomize have a process for each cluster, jsonnet one for all', async (t) => {
  const fleet = await smallFleet()
  const commands = [helm, kustomize, jsonnet].map((peer) => peer.prepare(fleet, ...folders()).length)
  t.deepEqual(commands, [9, 9, 1])
})

test("helm's chart names every value where ours has it", async (t) => {
  const [dir, out] = folders()
  helm.prepare(await smallFleet(), dir, out)
  const template = readFileSync(join(dir, 'chart/templates/objects.yaml'), 'utf8')
  t.regex(template, /image: \{\{ \.Values\.web\.image \}\}/)
  t.notRegex(template, /@\{/)
  for (const value of ['logLevel', 'minReplicas', 'maxReplicas', 'cpu', 'memory']) {
    t.true(template.includes(`{{ .Values.worker.${value} }}`), value)
  }
  t.deepEqual(readdirSync(dir).toSorted(), ['chart', 'large.yaml', 'medium.yaml', 'small.yaml'])
})
