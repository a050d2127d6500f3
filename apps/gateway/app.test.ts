import test from 'ava'
import { GatewayConfig } from '../../services/gateway/config.ts'
import { anyRelease, centralCluster, largeSite, platform, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'

const props = (site = smallSite) => {
  const placed = app.place(site, anyRelease, platform)
  if (!placed) throw new TypeError('not placed')
  return placed
}

test('the gateway stands at the edge alone', (t) => {
  t.truthy(app.place(smallSite, anyRelease, platform))
  t.is(app.place(centralCluster, anyRelease, platform), undefined)
})

test('the public reaches 443 over TCP and UDP, and its address survives', (t) => {
  const { spec } = render(app, props()).one('Service', 'gateway')
  t.is(spec.type, 'LoadBalancer')
  t.is(spec.externalTrafficPolicy, 'Local')
  t.deepEqual(
    spec.ports.map((port: Record<string, unknown>) => [
      port.protocol,
      port.port,
      port.targetPort,
      port.appProtocol,
    ]),
    [
      ['TCP', 443, 'https', 'https'],
      ['UDP', 443, 'http3', 'https'],
    ],
  )
})

test('anybody may call 8443 and nothing else; it calls the router, the collector and DNS alone', (t) => {
  const { spec } = render(app, props()).one('NetworkPolicy', 'gateway')
  const open = spec.ingress.filter((rule: { from?: unknown }) => rule.from === undefined)
  t.deepEqual(open, [
    { ports: [{ port: 8443, protocol: 'TCP' }] },
    { ports: [{ port: 8443, protocol: 'UDP' }] },
  ])
  const called = spec.egress.flatMap(
    (rule: { to: { podSelector?: { matchLabels: Record<string, string> } }[] }) =>
      rule.to.map(({ podSelector }) => podSelector && Object.values(podSelector.matchLabels)[0]),
  )
  t.deepEqual(called, ['kube-dns', 'router', 'otel-collector'])
})

test('the program can read what is rendered for it', (t) => {
  const { data } = render(app, props()).one('ConfigMap', 'gateway-config')
  const config = GatewayConfig.parse(JSON.parse(data['gateway.json']))
  t.deepEqual(config.hosts, ['api.meridian.test', 'www.meridian.test'])
  t.is(config.waf.mode, 'block')
  t.is(config.jwt.keysUrl, 'https://accounts.meridian.test/.well-known/jwks.json')
  t.deepEqual(
    config.routes.map(({ id, public: open }) => [id, open]),
    [
      ['web', true],
      ['api', false],
      ['vision', false],
    ],
  )
})

test('every node of a large site has a gateway, and what is first in is last out', (t) => {
  const { one } = render(app, props(largeSite))
  t.is(one('HorizontalPodAutoscaler', 'gateway').spec.minReplicas, largeSite.nodes)
  t.is(one('Deployment', 'gateway').spec.replicas, undefined)
  t.is(one('Deployment', 'gateway').spec.template.spec.priorityClassName, 'meridian-critical')
})

test('the key for the public names comes from the site’s own secrets', (t) => {
  const { spec } = render(app, props()).one('ExternalSecret', 'public-certificate')
  t.is(spec.secretStoreRef.name, 'site')
  t.deepEqual(
    spec.data.map(({ secretKey }: { secretKey: string }) => secretKey),
    ['tls.crt', 'tls.key'],
  )
})

test('a cluster may turn a setting to what the program knows, and to nothing else', (t) => {
  t.true(app.props.safeParse({ ...props(), wafMode: 'detect' }).success)
  t.false(app.props.safeParse({ ...props(), wafMode: 'dectect' }).success)
  t.false(app.props.safeParse({ ...props(), waf: 'detect' }).success)
})
