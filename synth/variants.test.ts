import { join } from 'node:path'
import test from 'ava'
import { z } from 'zod'
import { defineApp } from '../apps/_lib/app.ts'
import { releaseOf } from '../apps/_lib/release.ts'
import { type Fleet, loadFleet } from '../clusters/fleet.ts'
import type { Cluster } from '../clusters/schema.ts'
import type { CatalogEntry } from './catalog.ts'
import { SynthError } from './errors.ts'
import { planVariants } from './variants.ts'

const fleet = loadFleet(join(import.meta.dirname, '../clusters'))
const release = releaseOf('echo', { images: {}, charts: {} }, 'registry.example')

const echo = defineApp({
  name: 'echo',
  namespace: 'router',
  layer: 'workloads',
  props: z.strictObject({ size: z.string(), maxReplicas: z.int() }),
  place: (cluster) => (cluster.edge ? { size: cluster.size, maxReplicas: 3 } : undefined),
  variant: ({ size }) => size,
})
const entry: CatalogEntry = { app: echo, release }

test('clusters of a kind share one variant, and an app is only where it is placed', (t) => {
  const plan = planVariants(fleet, [entry])
  t.deepEqual(plan.variants.map(({ name }) => name).toSorted(), ['large', 'medium', 'small'])
  for (const cluster of fleet.clusters) {
    const expected = cluster.distribution === 'k3s' ? [cluster.size] : []
    t.deepEqual(
      plan.of(cluster).map(({ name }) => name),
      expected,
    )
  }
})

test("a cluster's settings make a variant of their own, named after them", (t) => {
  const changed = withSettings('fra1', { echo: { maxReplicas: 9 } })
  const plan = planVariants(changed, [entry])
  const fra1 = changed.clusters.find(({ name }) => name === 'fra1')
  t.like(fra1 && plan.of(fra1)[0], { name: 'large-max-replicas-9', props: { size: 'large', maxReplicas: 9 } })
  t.is(plan.variants.length, 4)
})

test('settings that the app does not know are refused, with the file to mend', (t) => {
  const wrong: Record<string, string | number>[] = [{ maxReplica: 9 }, { maxReplicas: 'many' }]
  for (const settings of wrong) {
    const error = t.throws(() => planVariants(withSettings('fra1', { echo: settings }), [entry]), {
      instanceOf: SynthError,
    })
    t.is(error.place, 'clusters/fleet/fra1.yaml')
    t.regex(error.message, /echo refuses its props: /)
  }
})

test('settings for an app that does not exist are refused, with those that do', (t) => {
  const error = t.throws(() => planVariants(withSettings('fra1', { ecko: { maxReplicas: 2 } }), [entry]))
  t.regex(error.message, /an app that does not exist: ecko\n.*the apps are: echo/)
})

test('two different props under one variant name are refused, naming what differs', (t) => {
  const blind: CatalogEntry = { app: { ...echo, variant: () => 'one' }, release }
  const error = t.throws(() => planVariants(fleet, [blind]), { instanceOf: SynthError })
  t.regex(error.message, /two different props share the variant one; they differ in: size/)
})

test('a variant name that is no folder name is refused', (t) => {
  for (const name of ['../up', 'A', '', 'a/b', '.']) {
    const bad: CatalogEntry = { app: { ...echo, variant: () => name }, release }
    t.throws(() => planVariants(fleet, [bad]), { message: /cannot be a folder's name/ })
  }
})

test("no app sees a cluster's name, wave, location or network", (t) => {
  const seen = new Set<string>()
  const curious = {
    ...echo,
    place(cluster: object) {
      for (const key of Object.keys(cluster)) seen.add(key)
      return undefined
    },
  }
  planVariants(fleet, [{ app: curious, release }])
  t.deepEqual([...seen].toSorted(), [
    'apiServer',
    'distribution',
    'edge',
    'gpu',
    'highlyAvailable',
    'nodes',
    'size',
    'tier',
  ])
})

function withSettings(name: string, settings: NonNullable<Cluster['settings']>): Fleet {
  const clusters = fleet.clusters.map((cluster) =>
    cluster.name === name ? { ...cluster, settings } : cluster,
  )
  return { ...fleet, clusters }
}
