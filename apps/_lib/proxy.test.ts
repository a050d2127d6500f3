import test from 'ava'
import { proxyConfig, proxySidecar } from './proxy.ts'
import type { ProxyProps } from './proxy-props.ts'

const props = {
  inbound: {
    callers: [{ spiffePath: '/ns/a/sa/a', paths: ['/write'] }, { spiffePath: '/ns/b/sa/b' }],
    routes: [{ prefix: '/', to: 9090 }],
  },
  outbound: [
    { name: 'c', listen: 9200, host: 'c.c.svc.cluster.local', port: 8443, spiffePath: '/ns/c/sa/c' },
  ],
  admin: [{ prefix: '/livez', rewrite: '/healthy', to: 9090 }],
} as const satisfies ProxyProps

const files = proxyConfig('app', props)
const { listeners, clusters } = JSON.parse(files['envoy.json'] ?? '').static_resources
const port = (listener: { address: { socket_address: object } }) => listener.address.socket_address

test('it listens to others by mutual TLS, to its own pod and to the kubelet in plain', (t) => {
  const [inbound, outbound, admin] = listeners
  t.deepEqual(listeners.map(port), [
    { address: '0.0.0.0', port_value: 8443 },
    { address: '127.0.0.1', port_value: 9200 },
    { address: '0.0.0.0', port_value: 9902 },
  ])
  t.true(inbound.filter_chains[0].transport_socket.typed_config.require_client_certificate)
  for (const plain of [outbound, admin]) t.is(plain.filter_chains[0].transport_socket, undefined)
})

test('every connection that leaves the pod or enters it is TLS 1.3, with ids checked', (t) => {
  const sockets = [...listeners, ...clusters].flatMap(
    (each) => each.transport_socket ?? each.filter_chains?.[0].transport_socket ?? [],
  )
  t.is(sockets.length, 2)
  for (const { typed_config } of sockets) {
    const { tls_params, combined_validation_context } = typed_config.common_tls_context
    t.like(tls_params, {
      tls_minimum_protocol_version: 'TLSv1_3',
      tls_maximum_protocol_version: 'TLSv1_3',
    })
    t.is(tls_params.ecdh_curves[0], 'X25519MLKEM768')
    t.true(combined_validation_context.default_validation_context.match_typed_subject_alt_names.length > 0)
  }
  const outside = clusters.filter(
    ({ load_assignment }: { load_assignment: object }) =>
      !JSON.stringify(load_assignment).includes('127.0.0.1'),
  )
  t.deepEqual(
    outside.map((cluster: { name: string; transport_socket?: object }) => [
      cluster.name,
      cluster.transport_socket !== undefined,
    ]),
    [['c', true]],
  )
})

test('an id is matched as a whole, in any trust domain of the platform and no other', (t) => {
  const [{ matcher }] =
    listeners[0].filter_chains[0].transport_socket.typed_config.common_tls_context.combined_validation_context
      .default_validation_context.match_typed_subject_alt_names
  const id = new RegExp(matcher.safe_regex.regex)
  t.regex('spiffe://fra1.meridian/ns/a/sa/a', id)
  for (const other of [
    'spiffe://fra1.meridian/ns/a/sa/ab',
    'spiffe://fra1xmeridian/ns/a/sa/a',
    'spiffe://fra1.meridian.example/ns/a/sa/a',
    'spiffe://evil/x/spiffe://fra1.meridian/ns/a/sa/a',
  ]) {
    t.notRegex(other, id)
  }
})

test('who may ask for some paths may ask for these alone', (t) => {
  const [authorization] = listeners[0].filter_chains[0].filters[0].typed_config.http_filters
  const { action, policies } = authorization.typed_config.rules
  t.is(action, 'ALLOW')
  t.deepEqual(policies['/ns/a/sa/a'].permissions, [{ url_path: { path: { prefix: '/write' } } }])
  t.deepEqual(policies['/ns/b/sa/b'].permissions, [{ any: true }])
})

test('certificates are read from where the CSI driver swaps them', (t) => {
  const [certificate] = JSON.parse(files['sds-certificate.json'] ?? '').resources
  t.is(certificate.tls_certificate.watched_directory.path, '/var/run/secrets/spiffe.io')
  t.false('sds-served.json' in files)
})

test('the kubelet sees that the proxy lives, and no path but those it is given', (t) => {
  const { routes } = listeners[2].filter_chains[0].filters[0].typed_config.route_config.virtual_hosts[0]
  t.deepEqual(
    routes.map(({ match }: { match: object }) => match),
    [{ path: '/' }, { prefix: '/livez' }],
  )
  t.is(proxySidecar('envoy', 'app').metrics?.port, 9902)
})
