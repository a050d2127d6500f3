import test from 'ava'
import { anyRelease, largeSite, platform, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'
import { chartValues } from './values.ts'

const images = {
  controller: `registry.test/controller:v1@sha256:${'1'.repeat(64)}`,
  webhook: `registry.test/webhook:v1@sha256:${'2'.repeat(64)}`,
  cainjector: `registry.test/cainjector:v1@sha256:${'3'.repeat(64)}`,
  acmesolver: `registry.test/acmesolver:v1@sha256:${'4'.repeat(64)}`,
}

test('nothing is signed but what the SPIFFE approver approves', (t) => {
  t.true(chartValues({ highlyAvailable: false, images }).disableAutoApproval)
})

test('every image is pinned by its digest, in our registry', (t) => {
  const values = chartValues({ highlyAvailable: true, images })
  for (const [component, digit] of [
    [values, '1'],
    [values.webhook, '2'],
    [values.cainjector, '3'],
    [values.acmesolver, '4'],
  ] as const) {
    t.is(component.image.digest, `sha256:${digit.repeat(64)}`)
    t.true(component.image.repository.startsWith('registry.test/'))
  }
})

test('the chart itself comes from our registry too', (t) => {
  const placed = app.place(smallSite, anyRelease, platform)
  t.true(placed?.chart.repository.startsWith('registry.test/'))
})

test('a site of three servers runs two of each, one of which may be away', (t) => {
  for (const [highlyAvailable, replicas] of [
    [false, 1],
    [true, 2],
  ] as const) {
    const values = chartValues({ highlyAvailable, images })
    for (const component of [values, values.webhook, values.cainjector]) {
      t.is(component.replicaCount, replicas)
      t.is(component.podDisruptionBudget.enabled, highlyAvailable)
    }
  }
})

test('API servers reach the webhook, and nothing reaches the outside', (t) => {
  const { all, one } = render(app, app.place(largeSite, anyRelease, platform))
  t.deepEqual(one('NetworkPolicy', 'webhook').spec.ingress.at(-1), {
    from: [{ ipBlock: { cidr: '10.64.0.0/16' } }],
    ports: [{ protocol: 'TCP', port: 10250 }],
  })
  for (const { spec } of all) t.is(spec.egress.length, 1, 'DNS alone')
})
