const policy = (spec: object, name = 'app', namespace = 'example') => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec: { podSelector: {}, ...spec },
})

const named = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'router' } },
  podSelector: { matchLabels: { 'app.kubernetes.io/name': 'router' } },
}
const ports = [{ port: 8443, protocol: 'TCP' }]
const block = (cidr: string) => ({ ipBlock: { cidr } })
const outTo = (...to: readonly object[]) => policy({ egress: [{ to, ports }] })

const anyOfOurs = {
  namespaceSelector: { matchLabels: { 'meridian/admission': 'enforced' } },
  podSelector: {},
}
const scraping = (...to: readonly object[]) =>
  policy({ egress: [{ to }] }, 'prometheus-to-metrics', 'observability')

export const pass = [
  scraping(anyOfOurs),
  policy({ policyTypes: ['Ingress', 'Egress'] }),
  policy({ ingress: [{ from: [named], ports }], egress: [{ to: [named, block('10.64.0.0/16')], ports }] }),
  outTo(block('2001:db8::/48')),
  policy({ ingress: [{ ports }] }, 'gateway', 'gateway'),
  policy({ ingress: [{ from: [{ podSelector: {} }] }] }, 'meridian-intra-namespace', 'kube-system'),
]

export const fail = [
  outTo(anyOfOurs),
  scraping({ podSelector: {} }),
  scraping(block('0.0.0.0/0')),
  policy({ ingress: [{}] }),
  policy({ ingress: [{ ports }] }),
  policy({ egress: [{ ports }] }),
  policy({ egress: [{ to: [], ports }] }),
  outTo({}),
  outTo({ namespaceSelector: {} }),
  outTo({ podSelector: {} }),
  outTo({ ...named, podSelector: {} }),
  outTo(named, block('0.0.0.0/0')),
  outTo(block('10.0.0.0/8')),
  outTo(block('::/0')),
  outTo(block('not a block')),
  policy({ ingress: [{ from: [named] }] }),
  policy({ egress: [{ ports }] }, 'gateway', 'gateway'),
  policy({ ingress: [{ ports: [{ port: 9090 }] }] }, 'gateway', 'gateway'),
  policy({ ingress: [{ ports: [{ protocol: 'TCP' }] }] }, 'gateway', 'gateway'),
]
