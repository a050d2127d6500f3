import test from 'ava'
import { anyRelease, centralCluster, largeSite, platform, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'
import { sizes } from './sizes.ts'

const props = (site = smallSite) => {
  const placed = app.place(site, anyRelease, platform)
  if (!placed) throw new TypeError('not placed')
  return placed
}
const lines = (site = smallSite): string[] =>
  render(app, props(site)).one('ConfigMap', 'cache-config').data['redis.conf'].trim().split('\n')

test('the cache stands at the edge alone', (t) => {
  t.truthy(app.place(smallSite, anyRelease, platform))
  t.is(app.place(centralCluster, anyRelease, platform), undefined)
})

test('one node has one instance, three have a cluster of three masters', (t) => {
  t.is(render(app, props(smallSite)).one('StatefulSet', 'cache').spec.replicas, 1)
  t.false(lines(smallSite).includes('cluster-enabled yes'))
  t.is(render(app, props(largeSite)).one('StatefulSet', 'cache').spec.replicas, 3)
  t.true(lines(largeSite).includes('cluster-enabled yes'))
  t.true(lines(largeSite).includes('tls-cluster yes'))
  t.false(app.props.safeParse({ ...props(), masters: 2 }).success)
})

test('nobody speaks to Redis but over TLS 1.3 with a certificate', (t) => {
  for (const site of [smallSite, largeSite]) {
    const config = lines(site)
    for (const line of ['port 0', 'tls-port 6379', 'tls-auth-clients yes', 'tls-protocols TLSv1.3']) {
      t.true(config.includes(line), line)
    }
    for (const service of render(app, props(site)).all.filter(({ kind }) => kind === 'Service')) {
      t.deepEqual(
        service.spec.ports.map(({ port, appProtocol }: Record<string, unknown>) => [port, appProtocol]),
        [[6379, 'meridian/mtls']],
      )
    }
  }
})

test('no password is in git, not even as a digest', (t) => {
  const { all, one } = render(app, props())
  const acl: string = one('ExternalSecret', 'cache-users').spec.target.template.data['users.acl']
  for (const line of acl.trim().split('\n').slice(1)) {
    t.regex(line, /^user (probe on nopass |\w+ on #\{\{ \.\w+ \| sha256sum \}\} )/)
  }
  t.true(acl.startsWith('user default off\n'))
  t.deepEqual(
    all.filter(({ kind }) => kind === 'Secret'),
    [],
  )
})

test('each container sees the passwords that it needs', (t) => {
  const { containers } = render(app, props()).one('StatefulSet', 'cache').spec.template.spec
  const seen = Object.fromEntries(
    containers.map(({ name, volumeMounts }: { name: string; volumeMounts: { name: string }[] }) => [
      name,
      volumeMounts.map((mount) => mount.name).filter((mount) => mount.startsWith('cache-')),
    ]),
  )
  t.deepEqual(seen, {
    cache: ['cache-users'],
    keeper: ['cache-users', 'cache-keeper'],
    exporter: ['cache-exporter'],
  })
})

test('what it keeps is on an encrypted volume with room to rewrite it', (t) => {
  const [claim] = render(app, props(largeSite)).one('StatefulSet', 'cache').spec.volumeClaimTemplates
  t.is(claim.spec.storageClassName, 'encrypted')
  t.is(claim.spec.resources.requests.storage, '15Gi')
  t.true(lines(largeSite).includes('appendonly yes'))
  t.true(lines(largeSite).includes('maxmemory-policy allkeys-lfu'))
})

test('memory leaves room for a rewrite of the log', (t) => {
  for (const site of [smallSite, largeSite]) {
    const placed = props(site)
    const [container] = render(app, placed).one('StatefulSet', 'cache').spec.template.spec.containers
    const limitMiB = Number.parseInt(container.resources.limits.memory, 10) * 1024
    t.true(limitMiB >= sizes[placed.size].maxMemoryMiB * 1.5, placed.size)
  }
})

test('only the router, Prometheus and its own peers may call it, and it calls its peers alone', (t) => {
  const peers = (rules: { from?: Peer[]; to?: Peer[]; ports: { port: number }[] }[]) =>
    rules.map(({ from, to, ports }) => [
      ...[...(from ?? []), ...(to ?? [])].map(({ podSelector }) => Object.values(podSelector.matchLabels)[0]),
      ...ports.map(({ port }) => port),
    ])
  const policy = (site: typeof smallSite) => render(app, props(site)).one('NetworkPolicy', 'cache').spec
  t.deepEqual(peers(policy(smallSite).ingress), [
    ['router', 6379],
    ['prometheus', 9121],
  ])
  t.deepEqual(peers(policy(smallSite).egress), [['kube-dns', 53, 53]])
  t.deepEqual(peers(policy(largeSite).ingress), [
    ['router', 6379],
    ['cache', 6379, 16379],
    ['prometheus', 9121],
  ])
  t.deepEqual(peers(policy(largeSite).egress), [
    ['kube-dns', 53, 53],
    ['cache', 6379, 16379],
  ])
})

interface Peer {
  podSelector: { matchLabels: Record<string, string> }
}
