import type { Construct } from 'constructs'
import { callee, peer } from '../_lib/peers.ts'
import { proxyConfig, proxyPort, proxySidecar } from '../_lib/proxy.ts'
import { workload } from '../_lib/workload.ts'

/** Ports of the pod's loopback: the proxy carries the mutual TLS. */
const ports = { http: 5601, elasticsearch: 9200 } as const

export interface KibanaProps {
  readonly images: { readonly kibana: string; readonly proxy: string }
}

/** Kibana keeps nothing of its own: what people save lies in Elasticsearch. */
export function kibana(scope: Construct, { images }: KibanaProps): void {
  const elasticsearch = callee('elasticsearch')
  workload(scope, 'kibana', {
    namespace: 'logs',
    image: images.kibana,
    command: ['/usr/share/kibana/bin/kibana', '--config', '/etc/kibana/kibana.yml'],
    env: {
      ELASTICSEARCH_PASSWORD: { secretKeyRef: { name: 'kibana-secrets', key: 'kibana' } },
      ENCRYPTION_KEY: { secretKeyRef: { name: 'kibana-secrets', key: 'encryptionKey' } },
    },
    config: {
      'kibana.yml': kibanaConfig(),
      ...proxyConfig('kibana', {
        outbound: [
          {
            name: 'elasticsearch',
            listen: ports.elasticsearch,
            host: new URL(elasticsearch.url).hostname,
            port: proxyPort,
            spiffePath: elasticsearch.spiffePath,
          },
        ],
      }),
    },
    scratch: {
      data: { mountPath: '/usr/share/kibana/data', size: '256Mi' },
      tmp: { mountPath: '/tmp', size: '256Mi' },
    },
    // Nobody calls it in the cluster; operators come by a port-forward, which ends on the loopback.
    ports: [],
    replicas: { min: 2, max: 2 },
    overZones: true,
    sidecars: [{ ...proxySidecar(images.proxy, 'kibana'), metrics: undefined }],
    // Its status is bad while Elasticsearch is away: no reason to start it again.
    probeCommand: {
      live: ['bash', '-c', `</dev/tcp/127.0.0.1/${ports.http}`],
      ready: [
        'curl',
        '--fail',
        '--silent',
        '--output',
        '/dev/null',
        `http://127.0.0.1:${ports.http}/api/status`,
      ],
    },
    requests: { cpu: '250m', memory: '1Gi' },
    limits: { cpu: '1', memory: '2Gi' },
    network: { to: [peer('elasticsearch')] },
  })
}

/** `kibana.yml` (8.19); it fills in its environment. JSON, which Kibana reads as YAML. */
function kibanaConfig(): string {
  const config = {
    'server.host': '127.0.0.1',
    'server.port': ports.http,
    'elasticsearch.hosts': [`http://127.0.0.1:${ports.elasticsearch}`],
    'elasticsearch.username': 'kibana_system',
    'elasticsearch.password': variable('ELASTICSEARCH_PASSWORD'),
    'xpack.encryptedSavedObjects.encryptionKey': variable('ENCRYPTION_KEY'),
    'xpack.security.encryptionKey': variable('ENCRYPTION_KEY'),
    'xpack.reporting.enabled': false,
    'telemetry.optIn': false,
    'telemetry.allowChangingOptInStatus': false,
    'logging.root.level': 'info',
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

function variable(name: string): string {
  return ['$', `{${name}}`].join('')
}
