import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { loadFleet } from '../../clusters/fleet.ts'
import { nodeFlags } from '../control-plane/flags.ts'
import { nodeObjects } from '../control-plane/nodes.ts'
import { readBirth } from './bootstrap.ts'

const root = join(import.meta.dirname, '../..')
const fleet = loadFleet(join(root, 'clusters'))
const rendered = join(root, 'rendered')
const ours = fleet.clusters.filter(({ distribution }) => distribution === 'k3s')

test('the birth of every K3s cluster can be read from what is rendered', (t) => {
  for (const cluster of ours) {
    const birth = readBirth(rendered, cluster)
    t.is(birth.repository, fleet.platform.repository)
    t.like(JSON.parse(birth.rootApplication), {
      kind: 'Application',
      spec: {
        source: { targetRevision: `wave/${cluster.wave}`, path: `rendered/clusters/${cluster.name}/apps` },
      },
    })
    t.truthy(birth.values.configs?.cm)
    for (const file of [...birth.manifests, ...birth.definitions]) t.true(existsSync(file), file)
  }
})

test('a cluster whose nodes AWS runs is refused in words', (t) => {
  const eks = fleet.clusters.find(({ distribution }) => distribution === 'eks')
  if (!eks) throw new Error('the fleet has an EKS cluster')
  t.throws(() => readBirth(rendered, eks), { message: /is run by AWS.*Choose a K3s cluster/ })
})

test('the API server gets K3s’s rendered flags, with files that are there', (t) => {
  const { apiServer } = nodeFlags(join(rendered, 'nodes/server-single'), '/logs')
  t.true(apiServer.includes('--audit-log-path=/logs/audit.log'))
  const files = apiServer
    .map((flag) => flag.split('=')[1] ?? '')
    .filter((value) => value.startsWith(rendered))
  t.is(files.length, 2)
  for (const file of files) t.true(existsSync(file), file)
  t.false(apiServer.some((flag) => flag.includes('/etc/')))
})

test('nodes have the names, sizes and graphics processors of the facts', (t) => {
  const withGpu = ours.find(({ nodes }) => nodes.some(({ machine }) => fleet.machines[machine]?.gpu))
  if (!withGpu) throw new Error('the fleet has a GPU node')
  const objects = nodeObjects(withGpu, fleet.machines, { 'meridian/role': 'server' })
  t.deepEqual(
    objects.map(({ metadata }) => metadata.name),
    withGpu.nodes.map(({ name }) => name),
  )
  t.true(objects.some(({ status }) => status.allocatable['nvidia.com/gpu'] === '1'))
  for (const { status } of objects)
    t.true(parseInt(status.allocatable.cpu, 10) < Number(status.capacity.cpu) * 1000)
})
