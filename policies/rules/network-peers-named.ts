import { granted } from '../pods.ts'
import { defineRule, type Permission, type Rule } from '../rule.ts'
import { fail, pass } from './network-peers-named.examples.ts'

const kubeSystem = 'K3s makes this namespace and its pods, which serve every namespace of the cluster.'

const permissions: Permission[] = [
  {
    where: 'gateway/gateway',
    allows: ['from anywhere'],
    why: 'The gateway is the public entrance: nobody knows from where its clients come.',
    instead: 'Only its public port; the firewall, rate limits and the check of tokens stand behind it.',
  },
  {
    where: 'kube-system/meridian-dns',
    allows: ['any pod'],
    why: kubeSystem,
    instead: 'Only port 53 of the name server.',
  },
  {
    where: 'kube-system/meridian-intra-namespace',
    allows: ['any pod', 'any port'],
    why: kubeSystem,
    instead: 'Only between the pods of this namespace, in which nothing of ours runs.',
  },
  {
    where: 'kube-system/meridian-metrics-server',
    allows: ['from anywhere'],
    why: 'The API server asks it, which on a node comes from an address of the node.',
    instead: 'Only its port, which answers no one without a certificate of the API server.',
  },
  {
    where: 'kube-system/meridian-service-lb',
    allows: ['from anywhere', 'any port'],
    why: "K3s's load balancer hands on what reaches the node, from wherever that comes.",
    instead: 'It runs for Services of type LoadBalancer alone, and there is only the gateway.',
  },
  {
    where: 'observability/prometheus-to-metrics',
    allows: ['any pod of our namespaces', 'any port'],
    why: 'Prometheus asks every workload for its metrics; a list here would be a second place for their ports.',
    instead:
      "It goes to namespaces under our admission alone, where each workload's own policy says which port it may ask.",
  },
]

/** Widest blocks: the largest network of our own is a /16; an IPv6 site is a /48 (RFC 6177). */
const NAMED_PEER = `(variables.policy in ${granted(permissions, 'any pod of our namespaces')} && !has(p.ipBlock) &&
p.?namespaceSelector.?matchLabels[?'meridian/admission'].orValue('') == 'enforced') || (has(p.ipBlock) ?
(isCIDR(p.ipBlock.cidr) && cidr(p.ipBlock.cidr).prefixLength() >= (cidr(p.ipBlock.cidr).ip().family() == 4 ? 16 : 48)) :
[p.?podSelector, p.?namespaceSelector].exists(s, s.hasValue()) &&
[p.?podSelector, p.?namespaceSelector].all(s, !s.hasValue() ||
  s.?matchLabels.orValue({}).size() + s.?matchExpressions.orValue([]).size() > 0))`

export default defineRule({
  id: 'network-peers-named',
  title: 'Network policies name peers and ports',
  why: 'A policy without a peer, or with one that matches everything, opens what the default denies.',
  mend: 'Name the pods and their namespace, or the smallest address block, and the ports (apps/_lib/network.ts).',
  controls: ['PCI DSS 1.3.1', 'PCI DSS 1.3.2', 'SOC 2 CC6.6', 'ISO 27001 A.8.20', 'ISO 27001 A.8.22'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['networking.k8s.io/NetworkPolicy'] },
  variables: [
    { name: 'policy', cel: `object.metadata.?namespace.orValue('') + '/' + object.metadata.name` },
    { name: 'rules', cel: 'object.spec.?ingress.orValue([]) + object.spec.?egress.orValue([])' },
  ],
  validations: [
    peers('traffic comes in from anywhere', 'from', 'ingress', 'from anywhere'),
    peers('traffic goes out to anywhere', 'to', 'egress', 'to anywhere'),
    {
      cel: unless(
        'any pod',
        `variables.rules.all(r, (r.?from.orValue([]) + r.?to.orValue([])).all(p, ${NAMED_PEER}))`,
      ),
      message: 'a peer matches everything, or is an address block wider than /16 (IPv6: /48)',
    },
    {
      cel: unless('any port', 'variables.rules.all(r, r.?ports.orValue([]).size() > 0)'),
      message: 'a rule holds for every port',
    },
    {
      cel: `variables.policy != 'gateway/gateway' || object.spec.?ingress.orValue([]).all(r,
r.?from.orValue([]).size() > 0 || r.?ports.orValue([]).all(p, p.?port.orValue(0) == 8443))`,
      message: 'the gateway is open to anyone on another port than its public one',
    },
  ],
  permissions,
  pass,
  fail,
  mutations: [
    {
      on: 'networking.k8s.io/NetworkPolicy',
      where: { name: 'router' },
      change: [{ path: '/spec/ingress/0/from', remove: true }],
    },
    {
      on: 'networking.k8s.io/NetworkPolicy',
      where: { name: 'router-to-upstreams' },
      change: [{ path: '/spec/egress/0/to/0/ipBlock/cidr', value: '0.0.0.0/0' }],
    },
    {
      on: 'networking.k8s.io/NetworkPolicy',
      where: { namespace: 'cache', name: 'cache' },
      change: [{ path: '/spec/ingress/0/from/0', value: { namespaceSelector: {} } }],
    },
    {
      on: 'networking.k8s.io/NetworkPolicy',
      where: { name: 'gateway' },
      change: [{ path: '/spec/ingress/-', value: { ports: [{ port: 9090, protocol: 'TCP' }] } }],
    },
  ],
})

function peers(
  message: string,
  field: 'from' | 'to',
  direction: 'ingress' | 'egress',
  right: string,
): Rule['validations'][number] {
  return {
    cel: unless(right, `object.spec.?${direction}.orValue([]).all(r, r.?${field}.orValue([]).size() > 0)`),
    message,
  }
}

function unless(right: string, holds: string): string {
  return `variables.policy in ${granted(permissions, right)} || ${holds}`
}
