import test from 'ava'
import type { AppRelease } from '../_lib/release.ts'
import { centralCluster, largeSite, platform, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'

const release = (version: string): AppRelease => ({
  image: (name) => `registry.test/${name}:${version}@sha256:${'1'.repeat(64)}`,
  chart: () => {
    throw new RangeError('no chart')
  },
})
const rendered = (cluster = largeSite, version = 'v1.36.3-k3s1') =>
  render(app, app.place(cluster, release(version), platform))

test('K3s alone is upgraded this way', (t) => {
  t.is(app.place(centralCluster, release('v1.36.3-k3s1'), platform), undefined)
})

test('servers go one at a time, agents after them, to the version of the facts', (t) => {
  const server = rendered().one('Plan', 'k3s-server').spec
  const agent = rendered().one('Plan', 'k3s-agent').spec
  for (const plan of [server, agent]) {
    t.is(plan.version, 'v1.36.3+k3s1')
    t.is(plan.concurrency, 1)
    t.true(plan.exclusive)
    t.true(plan.drain.timeout.length > 0)
    t.not(plan.drain.force, true)
    t.not(plan.drain.disableEviction, true)
  }
  t.deepEqual(agent.prepare.args, ['prepare', 'k3s-server'])
})

test('a lone node is not drained: its pods would have nowhere to go', (t) => {
  const { all, one } = rendered(smallSite)
  const { spec } = one('Plan', 'k3s-server')
  t.true(spec.cordon)
  t.is(spec.drain, undefined)
  t.is(all.filter(({ kind }) => kind === 'Plan').length, 1)
})

test('an image of another version than the facts name is refused', (t) => {
  t.throws(() => rendered(largeSite, 'v1.36.2-k3s1'), {
    instanceOf: RangeError,
    message: /v1\.36\.3\+k3s1.*release\.yaml/,
  })
})

test('plans wait for the controller, which brings their definition', (t) => {
  t.like(rendered().one('Plan', 'k3s-server').metadata.annotations, {
    'argocd.argoproj.io/sync-wave': '1',
    'argocd.argoproj.io/sync-options': 'SkipDryRunOnMissingResource=true',
  })
})

test('the controller may make jobs here alone, and the jobs delete no pod', (t) => {
  const { all, one } = rendered()
  const clusterRole = JSON.stringify(one('ClusterRole', 'system-upgrade-controller').rules)
  t.notRegex(clusterRole, /pods|secrets|"\*"/)
  t.notRegex(JSON.stringify(one('ClusterRole', 'system-upgrade').rules), /delete|secrets|"\*"/)
  t.false(
    all.some(({ metadata }) => metadata.namespace !== undefined && metadata.namespace !== 'node-agents'),
  )
})
