import test from 'ava'
import { z } from 'zod'
import { SynthError } from './errors.ts'
import { treeOf } from './views/tree.ts'
import { changedViews, fleet, rendered, sampleViews, textOf, View } from './views.testing.ts'
import { viewsOf } from './views.ts'

test('a workload is seen with all that concerns it', (t) => {
  const { view, files } = seen('Workload', 'router', 'router/small')
  t.like(view.spec, {
    kind: 'StatefulSet',
    atLeast: 2,
    atMost: 3,
    missing: [],
    cluster: { distribution: 'k3s', nodes: 1, highlyAvailable: false },
    claims: [{ name: 'disk', mountPaths: ['/var/cache/router'] }],
  })
  t.false('replicas' in view.spec)
  const { upstreams, networkPolicies } = z
    .object({
      upstreams: z.array(z.object({ url: z.string() })),
      networkPolicies: z.array(z.object({ name: z.string() })),
    })
    .parse(view.spec)
  t.true(upstreams.some(({ url }) => url.startsWith('rediss://')))
  t.deepEqual(
    networkPolicies.map(({ name }) => name),
    ['default-deny', 'router', 'router-to-upstreams', 'router-to-caches'],
  )
  t.is(files[0], 'apps/router/small/statefulset-router.yaml')
  t.true(files.includes('apps/router/small/configmap-router-config.yaml'))
  t.true(files.includes('apps/baseline/k3s-edge/networkpolicy-default-deny.router.yaml'))
})

test('what only a cluster has counts, so that a workload misses it where it is gone', (t) => {
  const path = 'clusters/akl1/identity/identity.yaml'
  const text = textOf(path)
  const without = text
    .split(/^---\n/m)
    .filter((part) => !(part.includes('kind: ConfigMap\n') && part.includes('  namespace: router\n')))
    .join('---\n')
  t.not(without, text)
  const views = changedViews(path, without).map(({ text }) => View.parse(JSON.parse(text)))
  t.deepEqual(
    views
      .filter(({ kind, spec }) => kind === 'Workload' && JSON.stringify(spec.missing) !== '[]')
      .map(nameOf),
    ['router'],
  )
})

test('a cluster is seen by its own facts, however many share the rest', (t) => {
  const { view, files } = seen('Cluster', 'ams1')
  t.like(view.spec, { wave: 'canary', revisions: ['wave/canary'], readsIdentity: true, strayPaths: [] })
  t.like(view.spec.roots, [{ node: 'ams1-a', path: 'rendered/clusters/ams1/apps' }])
  t.is(files[0], 'clusters/ams1/apps/applications.yaml')
})

test('a path of another cluster is a stray path', (t) => {
  const path = 'clusters/akl1/apps/applications.yaml'
  const text = textOf(path).replaceAll('rendered/clusters/akl1/', 'rendered/clusters/fra1/')
  const views = changedViews(path, text)
  const { spec } = View.parse(JSON.parse(views.find(({ text }) => text.includes('"akl1"'))?.text ?? ''))
  t.like(spec, { readsIdentity: false, strayPaths: ['rendered/clusters/fra1/identity'] })
})

test('clusters that differ by name, place and wave alone share every view but their own', (t) => {
  const twin = fleet.clusters.filter(({ name }) => ['akl1', 'bkk1', 'del1', 'arn1'].includes(name))
  const count = (clusters: typeof twin) => {
    const part = { ...fleet, clusters }
    return viewsOf(treeOf(rendered(part)), part).filter(({ text }) => !text.includes('"kind":"Cluster"'))
      .length
  }
  t.is(count(twin), count(twin.slice(0, 1)))
})

test('a tree that another version wrote is one clear line', (t) => {
  const error = t.throws(() => changedViews('fleet.json', '{"variants": {"router/small": {}}}'), {
    instanceOf: SynthError,
  })
  t.regex(
    error?.message ?? '',
    /^rendered\/fleet\.json: is not what this version writes: variants\.router\/small\.layer/,
  )
})

function seen(kind: string, name: string, variant?: string) {
  const found = sampleViews
    .map(({ text, files }) => ({ view: View.parse(JSON.parse(text)), files }))
    .find(
      ({ view }) =>
        view.kind === kind &&
        view.metadata.name === name &&
        (variant === undefined || view.spec.variant === variant),
    )
  if (found === undefined) throw new RangeError(`no view ${kind} ${name}`)
  return found
}

function nameOf({ metadata }: z.infer<typeof View>): string {
  return metadata.name
}
