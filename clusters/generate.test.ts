import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { loadFleet } from './fleet.ts'
import { type FactsFile, generateFleet, maxClusters, type SyntheticFleet } from './generate.ts'

const base = import.meta.dirname

function load(files: Iterable<FactsFile>) {
  const dir = mkdtempSync(join(tmpdir(), 'fleet-'))
  try {
    for (const { path, content } of files) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), content)
    }
    return loadFleet(dir)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

test('a synthetic fleet of any size passes every check of the facts', (t) => {
  const sizes = fc.integer({ min: 1, max: 450 })
  fc.assert(
    fc.property(sizes, (clusters) => {
      t.is(load(generateFleet(base, { clusters })).clusters.length, clusters)
    }),
    { numRuns: 8, examples: [[1], [2], [3], [200], [201]] },
  )
})

test('the same arguments give the same bytes', (t) => {
  const make = () => [...generateFleet(base, { clusters: 40 })]
  t.deepEqual(make(), make())
})

test('a fleet has every wave, every size, and machines with a GPU', (t) => {
  const fleet = load(generateFleet(base, { clusters: 40 }))
  const distinct = (values: Iterable<unknown>) => new Set(values).size
  t.is(distinct(fleet.clusters.map(({ wave }) => wave)), fleet.waves.length)
  t.is(distinct(fleet.clusters.map(({ size }) => size)), 3)
  t.true(fleet.clusters.some(({ nodes }) => nodes.some(({ machine }) => fleet.machines[machine]?.gpu)))
})

test('clusters go to different locations before two share one', (t) => {
  const locations = loadFleet(base).locations.size
  const { clusters } = load(generateFleet(base, { clusters: locations }))
  t.is(new Set(clusters.map(({ location }) => location)).size, locations)
})

test('a location keeps its networks, and has k3s where a cluster stands', (t) => {
  const real = loadFleet(base).locations
  const { clusters, locations } = load(generateFleet(base, { clusters: 5 }))
  const occupied = new Set(clusters.map(({ location }) => location))
  for (const { code, networks } of locations.values()) {
    const others = real.get(code)?.networks.filter((network) => network !== 'k3s') ?? []
    t.deepEqual(networks, occupied.has(code) ? [...others, 'k3s'] : others, code)
  }
})

test('a cluster sends requests to the nearest region and falls back to the next nearest', (t) => {
  const { clusters } = load(generateFleet(base, { clusters: 200 }))
  const regions = (location: string) =>
    clusters.filter((c) => c.location === location).map(({ region, overflow }) => [region, ...overflow])
  t.deepEqual(regions('fra'), [['eu-west-1', 'us-east-1', 'ap-southeast-1']])
  t.deepEqual(regions('syd'), [['ap-southeast-1', 'us-east-1', 'eu-west-1']])
})

test('one size for all gives every cluster its number of servers', (t) => {
  const nodes = (size: SyntheticFleet['size']) =>
    load(generateFleet(base, { clusters: 5, size })).clusters.map((cluster) => cluster.nodes.length)
  t.deepEqual(nodes('small'), [1, 1, 1, 1, 1])
  t.deepEqual(nodes('large'), [3, 3, 3, 3, 3])
})

test('distinct settings differ on every cluster, for each prop that is named', (t) => {
  const distinct = [
    { app: 'router', prop: 'maxReplicas' },
    { app: 'router', prop: 'minReplicas' },
    { app: 'gateway', prop: 'maxReplicas' },
  ]
  const { clusters } = load(generateFleet(base, { clusters: 30, distinct }))
  t.deepEqual(Object.keys(clusters[0]?.settings?.router ?? {}), ['maxReplicas', 'minReplicas'])
  for (const app of ['router', 'gateway']) {
    t.is(new Set(clusters.map(({ settings }) => settings?.[app]?.maxReplicas)).size, 30)
  }
})

test('a number of clusters that there cannot be is refused', (t) => {
  for (const clusters of [0, -1, 1.5, Number.NaN, maxClusters + 1]) {
    t.throws(() => [...generateFleet(base, { clusters })], { instanceOf: RangeError })
  }
})

test('the greatest fleet has a network of its own for every cluster', (t) => {
  const networks = [...generateFleet(base, { clusters: maxClusters })].flatMap(
    ({ path, content }) => (path.startsWith('fleet/') && /^network: (.*)$/m.exec(content)?.[1]) || [],
  )
  t.is(new Set(networks).size, maxClusters)
  t.is(networks.at(-1), '10.127.255.0/24')
})
