import { k8s } from 'cdk8s-plus-28'
import { Construct } from 'constructs'
import { fromIdentity } from '../_lib/identity.ts'
import { podLabels } from '../_lib/network.ts'
import { workload } from '../_lib/workload.ts'
import { clusterReader } from './cluster-reader.ts'
import { prometheusConfig } from './prometheus-config.ts'
import type { Size } from './sizes.ts'

const name = 'prometheus'
const namespace = 'observability'

export interface PrometheusProps {
  readonly image: string
  readonly telemetryHost: string
  readonly scrapeIntervalSeconds: number
  readonly size: Size
}

/**
 * Prometheus as an agent: it scrapes and forwards, and keeps nothing but a log of what is not yet sent, for four
 * hours of a cut link, on an encrypted volume of bounded size.
 */
export function prometheus(parent: Construct, props: PrometheusProps): void {
  const scope = new Construct(parent, name)
  clusterReader(scope, { name, namespace, rules: [{ apiGroups: [''], resources: ['pods'] }] })
  reachPods(scope)
  workload(scope, name, {
    namespace,
    kind: 'StatefulSet',
    image: props.image,
    args: [
      '--agent',
      '--config.file=/etc/prometheus/prometheus.yml',
      '--storage.agent.path=/var/lib/prometheus',
      '--storage.agent.retention.max-time=4h',
      '--storage.agent.wal-compression',
      '--web.listen-address=:9090',
      '--log.format=json',
    ],
    env: { CLUSTER: clusterName },
    config: { 'prometheus.yml': prometheusConfig(props) },
    ports: [{ name: 'admin', port: 9090 }],
    scratch: { wal: { mountPath: '/var/lib/prometheus', size: props.size.walSize, persistent: true } },
    token: true,
    probes: { port: 9090, live: '/-/healthy', ready: '/-/ready' },
    // Two would send everything twice; one that moves loses a minute.
    replicas: { min: 1, max: 1 },
    requests: props.size.prometheus.requests,
    limits: props.size.prometheus.limits,
  })
}

const { valueFrom: clusterName = {} } = fromIdentity('CLUSTER')

/**
 * To every pod of our namespaces. Which of its ports may be scraped is in each workload's own policy: a list here
 * would be a second place for it.
 */
function reachPods(scope: Construct): void {
  new k8s.KubeNetworkPolicy(scope, 'network-scrape', {
    metadata: { name: `${name}-to-metrics`, namespace, labels: podLabels(name) },
    spec: {
      podSelector: { matchLabels: podLabels(name) },
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { 'meridian/admission': 'enforced' } }, podSelector: {} }],
        },
      ],
    },
  })
}
