import test from 'ava'
import { RouterConfig } from '../../services/router/config.ts'
import type { Site } from '../_lib/app.ts'
import { anyRelease, centralCluster, largeSite, platform, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'

const props = (site = smallSite) => {
  const placed = app.place(site, anyRelease, platform)
  if (!placed) throw new TypeError('not placed')
  return placed
}

test('the router stands at the edge alone', (t) => {
  t.truthy(app.place(smallSite, anyRelease, platform))
  t.is(app.place(centralCluster, anyRelease, platform), undefined)
})

test('its disk cache outlives its pods, on an encrypted volume that the program leaves room on', (t) => {
  const { one } = render(app, props())
  const { spec } = one('StatefulSet', 'router')
  const [claim] = spec.volumeClaimTemplates
  t.is(claim.spec.storageClassName, 'encrypted')
  t.is(claim.spec.resources.requests.storage, '20Gi')
  const [{ volumeMounts }] = spec.template.spec.containers
  const config = RouterConfig.parse(JSON.parse(one('ConfigMap', 'router-config').data['router.json']))
  t.true(volumeMounts.some((m: { mountPath: string }) => m.mountPath === config.cache.disk.path))
  t.true(config.cache.disk.sizeGiB < 20)
})

test('only the gateway may call it, by network and by SPIFFE id', (t) => {
  const { one } = render(app, props())
  const from = one('NetworkPolicy', 'router').spec.ingress.flatMap(
    (rule: { from: { podSelector: { matchLabels: Record<string, string> } }[]; ports: { port: number }[] }) =>
      rule.from.map(({ podSelector }) => [Object.values(podSelector.matchLabels)[0], rule.ports[0]?.port]),
  )
  t.deepEqual(from, [
    ['gateway', 8443],
    ['prometheus', 9090],
  ])
  const config = RouterConfig.parse(JSON.parse(one('ConfigMap', 'router-config').data['router.json']))
  t.deepEqual(config.callers, ['/ns/gateway/sa/gateway'])
})

test('routes reach the program whole, but for who must show a token: that is the gateway’s', (t) => {
  const { data } = render(app, props()).one('ConfigMap', 'router-config')
  const [web] = JSON.parse(data['router.json']).routes
  t.deepEqual(web, {
    id: 'web',
    host: 'www.meridian.test',
    path: '/',
    upstream: 'web',
    cacheSeconds: 60,
    timeoutMs: 1000,
  })
})

test('there are two routers even on one node, so that a new version never leaves none', (t) => {
  const { one } = render(app, props())
  t.is(one('HorizontalPodAutoscaler', 'router').spec.minReplicas, 2)
  t.is(one('PodDisruptionBudget', 'router').spec.maxUnavailable, 1)
})

test('a full L1 stays under half of the memory asked for, or it alone would scale the router up', (t) => {
  for (const site of [smallSite, largeSite]) {
    const placed = props(site)
    const [container] = render(app, placed).one('StatefulSet', 'router').spec.template.spec.containers
    const askedMiB = Number.parseInt(container.resources.requests.memory, 10) * 1024
    t.true(placed.memoryMiB < askedMiB / 2, placed.size)
  }
})

test('it knows whether the site’s Redis is a cluster', (t) => {
  t.false(props(smallSite).redisCluster)
  t.true(props(largeSite).redisCluster)
  t.is(app.variant(props(largeSite)), 'large')
})

test('addresses of one site are in policies of that site alone', (t) => {
  const at = (host: string, port: number, cidr: string) =>
    ({ region: 'eu-west-1', host, port, cidrs: [cidr] }) as const
  const site: Site = {
    trustDomain: 'fra1.meridian',
    secretPrefix: 'sites/fra1/',
    homeRegion: 'eu-west-1',
    upstreams: [at('origin.test', 443, '198.51.100.0/28')],
    caches: [at('redis.test', 6379, '10.2.64.0/24')],
    telemetry: [at('telemetry.test', 443, '198.51.100.16/28')],
    network: '10.64.10.0/24',
  }
  const policies = app.site?.(site, props()) ?? []
  t.deepEqual(
    policies.map(({ metadata }) => metadata.name),
    ['router-to-upstreams', 'router-to-caches'],
  )
  const own = JSON.stringify(policies)
  t.true(own.includes('198.51.100.0/28') && own.includes('10.2.64.0/24'))
  t.false(own.includes('198.51.100.16/28'))
})
