import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

const upstream = (changes: object = {}) => ({
  file: 'app.json',
  at: '/router/url',
  url: 'https://router.router.svc.cluster.local:8443',
  scheme: 'https',
  host: 'router.router.svc.cluster.local',
  inCluster: true,
  beside: { spiffePath: '/ns/router/sa/router' },
  ...changes,
})
const outside = (beside: object, at = '/sink/uri') =>
  upstream({ at, host: 'telemetry.meridian.example', inCluster: false, beside })

export default defineRule({
  id: 'encrypted-upstreams',
  title: 'Every address that a program is given is called over TLS, with both ends known',
  why: 'One upstream in plain text carries what all the others protect; one that is not identified may be anybody.',
  mend: "Give the upstream's URL a scheme with TLS and say beside it whom to expect (spiffePath) or by what to know each other (tls, tls_config).",
  controls: ['PCI DSS 4.2.1', 'SOC 2 CC6.7', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)', 'CCPA 1798.150'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  variables: [
    {
      name: 'plain',
      // What stays in the pod (its proxy, its own side-cars) crosses no wire.
      cel: `object.spec.upstreams.filter(u, !(u.scheme in ['https', 'rediss', 'wss', 'grpcs', 'tls']) && u.host != '127.0.0.1')`,
    },
    {
      name: 'strangers',
      // The namespace in the callee's SPIFFE id is the one in its address.
      cel: `object.spec.upstreams.filter(u, u.inCluster &&
!u.beside.?spiffePath.orValue('').startsWith('/ns/' + u.host.split('.')[1] + '/sa/'))`,
    },
    {
      name: 'oneSided',
      cel: `object.spec.upstreams.filter(u, !u.inCluster && u.host != '127.0.0.1' && !(u.at in ['/jwt/issuer', '/jwt/keysUrl']) &&
!has(u.beside.spiffePath) && !has(u.beside.tls) && !has(u.beside.tls_config))`,
    },
  ],
  validations: [
    {
      cel: 'variables.plain.size() == 0',
      message: 'an upstream is called without TLS',
      messageCel: `'called without TLS: ' + variables.plain.map(u, u.url + ' (' + u.file + u.at + ')').join(', ')`,
    },
    {
      cel: 'variables.strangers.size() == 0',
      message: 'an upstream in the cluster is called without saying whose certificate to expect',
      messageCel: `'no spiffePath of its namespace beside ' + variables.strangers.map(u, u.url + ' (' + u.file + u.at + ')').join(', ')`,
    },
    {
      cel: 'variables.oneSided.size() == 0',
      message: 'an upstream outside the cluster is called without a certificate of ours',
      messageCel: `'no tls, tls_config or spiffePath beside ' + variables.oneSided.map(u, u.url + ' (' + u.file + u.at + ')').join(', ')`,
    },
  ],
  permissions: [
    {
      where: 'gateway/gateway: /jwt/issuer and /jwt/keysUrl of its configuration',
      allows: ['no settings for TLS beside the address'],
      why: 'The issuer is a name that tokens carry, and the address of its keys is one of our own routes.',
      instead: 'Nothing connects to either: the keys are fetched through the router, over mutual TLS.',
    },
  ],
  pass: [
    workload({ upstreams: [upstream()] }),
    workload({ upstreams: [outside({ tls: { verify_certificate: true } })] }),
    workload({ upstreams: [outside({}, '/jwt/issuer'), outside({}, '/jwt/keysUrl')] }),
    workload({ upstreams: [upstream({ scheme: 'http', host: '127.0.0.1', inCluster: false, beside: {} })] }),
    workload(),
  ],
  fail: [
    workload({ upstreams: [upstream({ scheme: 'http' })] }),
    workload({ upstreams: [upstream({ scheme: 'http', host: '127.0.0.1.example', inCluster: false })] }),
    workload({ upstreams: [upstream({ scheme: 'redis' })] }),
    workload({ upstreams: [upstream({ beside: {} })] }),
    workload({ upstreams: [upstream({ beside: { spiffePath: '/ns/other/sa/router' } })] }),
    workload({ upstreams: [outside({})] }),
  ],
  mutations: [
    {
      on: 'ConfigMap',
      where: { namespace: 'router', name: 'router-config' },
      change: [{ path: '/data/router.json', value: '{"traces": {"url": "http://collector.example:4317"}}' }],
    },
    {
      on: 'ConfigMap',
      where: { namespace: 'gateway', name: 'gateway-config' },
      change: [
        {
          path: '/data/gateway.json',
          value: '{"router": {"url": "https://router.router.svc.cluster.local:8443"}}',
        },
      ],
    },
  ],
})
