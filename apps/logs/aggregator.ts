import type { Construct } from 'constructs'
import { callee, caller, peer, spiffePath } from '../_lib/peers.ts'
import { proxyAdminPort, proxyConfig, proxyPort, proxySidecar } from '../_lib/proxy.ts'
import { workload } from '../_lib/workload.ts'
import { aggregatorConfig, ports, stateFolder } from './aggregator-config.ts'

const name = 'log-aggregator'

export interface AggregatorProps {
  readonly images: { readonly vector: string; readonly proxy: string }
}

/** Vector, in the middle: it takes the sites' lines from the entrance and writes them into Elasticsearch. */
export function aggregator(scope: Construct, { images }: AggregatorProps): void {
  const elasticsearch = callee('elasticsearch')
  workload(scope, name, {
    namespace: 'logs',
    kind: 'StatefulSet',
    image: images.vector,
    args: [`--config=/etc/${name}/vector.json`, '--require-healthy=false'],
    env: {
      VECTOR_LOG_FORMAT: 'json',
      PASSWORD: { secretKeyRef: { name: 'log-aggregator-user', key: 'writer' } },
    },
    config: {
      'vector.json': aggregatorConfig(),
      ...proxyConfig(name, {
        inbound: {
          callers: [{ spiffePath: spiffePath('telemetry'), paths: ['/logs'] }],
          routes: [{ prefix: '/logs', to: ports.logs }],
        },
        outbound: [
          {
            name: 'elasticsearch',
            listen: ports.elasticsearch,
            host: new URL(elasticsearch.url).hostname,
            port: proxyPort,
            spiffePath: elasticsearch.spiffePath,
          },
        ],
        admin: [
          { prefix: '/livez', rewrite: '/health', to: ports.health },
          { prefix: '/readyz', rewrite: '/health', to: ports.health },
          { prefix: '/metrics', to: ports.metrics },
        ],
      }),
    },
    scratch: { state: { mountPath: stateFolder, size: '20Gi', persistent: true } },
    ports: [{ name: 'https', port: proxyPort, tls: 'https' }],
    replicas: { min: 2, max: 2 },
    overZones: true,
    sidecars: [proxySidecar(images.proxy, name)],
    probes: { port: proxyAdminPort, live: '/livez', ready: '/readyz' },
    requests: { cpu: '500m', memory: '512Mi' },
    limits: { cpu: '2', memory: '1Gi' },
    network: { from: [caller('telemetry', proxyPort)], to: [peer('elasticsearch')] },
  })
}
