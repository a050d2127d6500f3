import { Construct } from 'constructs'
import { fromIdentity } from '../_lib/identity.ts'
import { caller, peer } from '../_lib/peers.ts'
import { workload } from '../_lib/workload.ts'
import { type CollectorConfigProps, collectorConfig, collectorPorts } from './collector-config.ts'
import type { Size } from './sizes.ts'

export interface CollectorProps extends Omit<CollectorConfigProps, 'tracesInMemory'> {
  readonly image: string
  readonly size: Size
}

/** The OpenTelemetry collector: takes the workloads' traces, keeps those that tell something, sends them on. */
export function collector(parent: Construct, props: CollectorProps): void {
  const { port } = collectorPort
  const { valueFrom: cluster = {} } = fromIdentity('CLUSTER')
  workload(new Construct(parent, name), name, {
    namespace: 'observability',
    image: props.image,
    args: ['--config=/etc/otel-collector/config.json'],
    config: { 'config.json': collectorConfig({ ...props, tracesInMemory: props.size.tracesInMemory }) },
    env: { CLUSTER: cluster },
    ports: [
      { name: 'otlp', port, tls: 'https' },
      { name: 'health', port: collectorPorts.health },
      { name: 'metrics', port: collectorPorts.metrics },
    ],
    probes: { port: collectorPorts.health, live: '/', ready: '/' },
    metricsPort: collectorPorts.metrics,
    // One: it decides by whole traces, so every span of a trace must come to the same place.
    replicas: { min: 1, max: 1 },
    requests: props.size.collector.requests,
    limits: props.size.collector.limits,
    network: { from: [caller('gateway', port), caller('router', port), caller('inference', port)] },
  })
}

const name = 'otel-collector'
const collectorPort = { port: collectorPorts.otlp, ...peer(name).ports[0] }
