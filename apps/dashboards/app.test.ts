import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest from 'ava'
import { anyRelease, centralCluster, platform, render } from '../_lib/testing.ts'
import metrics from '../metrics/app.ts'
import app from './app.ts'
import { dashboards } from './dashboards.ts'

const test = anyTest
const lacking = spawnSync('promtool', ['--version']).error !== undefined
const withPromtool = lacking ? anyTest.skip : anyTest
if (lacking) console.warn('apps/dashboards/app.test.ts skips what needs promtool: this machine lacks it')

const objects = render(app, app.place(centralCluster, anyRelease, platform))
const files: Record<string, string> = objects.one('ConfigMap', 'dashboards-config').data
const queries = Object.values(dashboards).flatMap(({ title, panels }) =>
  panels.flatMap((panel) => panel.targets.map(({ expr }) => ({ where: `${title}: ${panel.title}`, expr }))),
)

test('Grafana finds its files in folders, which a ConfigMap has none of', (t) => {
  const { volumes, containers } = objects.one('Deployment', 'dashboards').spec.template.spec
  const { items } = volumes.find(({ name }: { name: string }) => name === 'config').configMap
  t.deepEqual(items.map(({ key }: { key: string }) => key).toSorted(), Object.keys(files).toSorted())
  const paths = items.map(({ path }: { path: string }) => path)
  for (const path of ['provisioning/datasources/central.yaml', 'dashboards/business.json']) {
    t.true(paths.includes(path), path)
  }
  t.like(containers[0].env, [{ value: '/etc/dashboards/grafana.ini' }])
})

test('every source is reached by the proxy, over mutual TLS', (t) => {
  const { datasources } = JSON.parse(files['provisioning.datasources.central.yaml'] ?? '')
  const { listeners, clusters } = JSON.parse(files['envoy.json'] ?? '').static_resources
  for (const { name, url, editable } of datasources) {
    const { hostname, port } = new URL(url)
    t.is(hostname, '127.0.0.1', name)
    t.false(editable)
    const listener = listeners.find((each: { name: string }) => each.name === `port-${port}`)
    const [route] = listener.filter_chains[0].filters[0].typed_config.route_config.virtual_hosts[0].routes
    const cluster = clusters.find((each: { name: string }) => each.name === route.route.cluster)
    t.truthy(cluster.transport_socket, name)
  }
})

test('what a dashboard asks of the recorded rules is recorded', (t) => {
  const rules: { groups: { rules: { record: string }[] }[] } = JSON.parse(
    render(metrics, metrics.place(centralCluster, anyRelease, platform)).one('ConfigMap', 'metrics-config')
      .data['recording-rules.json'],
  )
  const recorded = new Set(rules.groups.flatMap((group) => group.rules.map(({ record }) => record)))
  const asked = queries.flatMap(({ where, expr }) =>
    [...expr.matchAll(/\b\w+:meridian_\w+:\w+/g)].map(([name]) => ({ where, name })),
  )
  t.true(asked.length > 10)
  for (const { where, name } of asked) t.true(recorded.has(name), `${where}: ${name}`)
})

withPromtool('every question is one that Prometheus understands', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-dashboards-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const rules = queries.map(({ expr }, index) => ({ record: `question:${index}`, expr }))
  writeFileSync(join(folder, 'rules.json'), JSON.stringify({ groups: [{ name: 'questions', rules }] }))
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', join(folder, 'rules.json')], {
    encoding: 'utf8',
  })
  t.is(status, 0, stdout + stderr)
})

test('business has a dashboard of its own, and panels do not lie on each other', (t) => {
  t.true('business' in dashboards)
  for (const { title, panels } of Object.values(dashboards)) {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    )
    t.is(new Set(cells).size, cells.length, title)
    t.true(
      panels.every(({ gridPos: { x, w } }) => x + w <= 24),
      title,
    )
  }
})
