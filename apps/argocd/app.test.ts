import test from 'ava'
import { parse } from 'yaml'
import type { Site } from '../_lib/app.ts'
import { anyRelease, largeSite, platform, smallSite } from '../_lib/testing.ts'
import app from './app.ts'
import { chartValues } from './values.ts'

const values = (size: 'small' | 'medium' | 'large' = 'small', pollSeconds = 180) =>
  chartValues({
    size,
    pollSeconds,
    image: `registry.test/argocd:v3@sha256:${'1'.repeat(64)}`,
    redisImage: `registry.test/redis:8@sha256:${'2'.repeat(64)}`,
  })

test('nobody can log in: no server, no single sign-on, no admin', (t) => {
  const { server, applicationSet, dex, notifications, configs } = values()
  t.is(server.replicas, 0)
  t.deepEqual(server.clusterRoleRules, { enabled: true, rules: [] })
  t.is(applicationSet.replicas, 0)
  t.false(dex.enabled)
  t.false(notifications.enabled)
  t.false(configs.cm['admin.enabled'])
})

test('an Application is as healthy as its own status says, so that layers wait for each other', (t) => {
  const health = values().configs.cm['resource.customizations.health.argoproj.io_Application']
  t.regex(String(health), /obj\.status\.health\.status/)
})

test('clusters of a fleet spread their questions to the git host', (t) => {
  const { cm } = values('small', 90).configs
  t.is(cm['timeout.reconciliation'], '90s')
  t.is(cm['timeout.reconciliation.jitter'], '30s')
})

test('drift is judged by the API server, and what changes all the time is not watched', (t) => {
  const { params, cm } = values().configs
  t.true(params['controller.diff.server.side'])
  const excluded = parse(String(cm['resource.exclusions'])).flatMap(({ kinds }: { kinds: string[] }) => kinds)
  for (const kind of ['Endpoints', 'EndpointSlice', 'Lease', 'Event', 'CertificateRequest']) {
    t.true(excluded.includes(kind), kind)
  }
})

test('images are pinned by digest, although the chart knows none', (t) => {
  const { global, redis } = values()
  t.deepEqual(global.image, { repository: 'registry.test/argocd', tag: `v3@sha256:${'1'.repeat(64)}` })
  t.is(redis.image.tag, `8@sha256:${'2'.repeat(64)}`)
})

test('a blank cluster can run it: it names nothing that another app makes', (t) => {
  t.is(values().global.priorityClassName, 'system-cluster-critical')
  t.notRegex(JSON.stringify(values()), /meridian-|storageClass/)
})

test('what runs tools over what was pulled has no token', (t) => {
  t.false(values().repoServer.automountServiceAccountToken)
  t.false(values().redis.automountServiceAccountToken)
})

test('a larger cluster gives Argo CD more', (t) => {
  const memory = (size: 'small' | 'large') =>
    Number.parseInt(values(size).controller.resources.requests.memory, 10)
  t.true(memory('large') > memory('small'))
  const variants = [smallSite, largeSite].map((site) => {
    const props = app.place(site, anyRelease, platform)
    return props && app.variant(props)
  })
  t.deepEqual(variants, ['small', 'large'])
})

test("a cluster's own polling has a variant of its own, within bounds", (t) => {
  const props = app.place(smallSite, anyRelease, platform)
  if (!props) throw new TypeError('not placed')
  t.is(app.variant({ ...props, pollSeconds: 60 }), 'small-poll-60s')
  t.false(app.props.safeParse({ ...props, pollSeconds: 5 }).success)
})

test('the way to git stays whatever becomes of the object that keeps it fresh', (t) => {
  const props = app.place(smallSite, anyRelease, platform)
  // The credential reads nothing of the site: its store knows the site's folder.
  const [credential] = (props && app.site?.({} as Site, props)) ?? []
  t.like(credential, {
    kind: 'ExternalSecret',
    spec: {
      secretStoreRef: { name: 'site-platform' },
      target: {
        creationPolicy: 'Orphan',
        deletionPolicy: 'Retain',
        template: {
          metadata: { labels: { 'argocd.argoproj.io/secret-type': 'repository' } },
          data: { type: 'git', url: platform.repository },
        },
      },
    },
  })
})
