import type { Construct } from 'constructs'
import { caller, spiffePath } from '../_lib/peers.ts'
import { proxyConfig, proxyPort, proxySidecar } from '../_lib/proxy.ts'
import { workload } from '../_lib/workload.ts'
import type { Sidecar } from '../_lib/workload-props.ts'
import { elasticsearchConfig, folders, jvmOptions, log4j2, ports, start } from './elasticsearch-config.ts'
import { keeperFiles } from './keeper.ts'

export interface ElasticsearchProps {
  readonly images: { readonly elasticsearch: string; readonly exporter: string; readonly proxy: string }
  readonly retentionDays: number
  readonly volumeGiB: number
  readonly region: string
  readonly snapshotRole: string
  readonly aws: readonly string[]
}

const memoryGiB = 12

/** Who calls it, each as a user of its own. */
const clients = ['log-aggregator', 'traces', 'kibana'] as const

/** Three nodes, one a zone: any one may be lost, and every index that is still written to has its copy. */
export function elasticsearch(scope: Construct, props: ElasticsearchProps): void {
  const { images } = props
  const siblings = { namespace: 'logs', app: 'elasticsearch', ports: [{ port: ports.nodes }] } as const
  workload(scope, 'elasticsearch', {
    namespace: 'logs',
    kind: 'StatefulSet',
    image: images.elasticsearch,
    command: ['sh', '/etc/elasticsearch/start.sh'],
    env: {
      ES_PATH_CONF: folders.config,
      POD_IP: { fieldRef: { fieldPath: 'status.podIP' } },
    },
    config: {
      'start.sh': start,
      'elasticsearch.yml': elasticsearchConfig(props.region),
      'log4j2.properties': log4j2,
      'jvm.options': jvmOptions(memoryGiB / 2),
      ...keeperFiles(props),
      ...proxyConfig('elasticsearch', {
        inbound: {
          callers: clients.map((name) => ({
            spiffePath: spiffePath(name),
          })),
          routes: [{ prefix: '/', to: ports.http }],
        },
      }),
    },
    secrets: [{ secret: 'elasticsearch-users', mountPath: folders.passwords }],
    certificateAt: folders.certificate,
    awsRole: props.snapshotRole,
    scratch: {
      data: { mountPath: folders.data, size: `${props.volumeGiB}Gi`, persistent: true },
      settings: { mountPath: folders.config, size: '16Mi' },
      logs: { mountPath: '/usr/share/elasticsearch/logs', size: '64Mi' },
      tmp: { mountPath: '/tmp', size: '256Mi' },
    },
    ports: [
      { name: 'https', port: proxyPort, tls: 'https' },
      { name: 'nodes', port: ports.nodes, tls: 'meridian/mtls' },
    ],
    headless: true,
    replicas: { min: 3, max: 3 },
    overZones: true,
    sidecars: [
      exporter(images.exporter),
      keeper(images.elasticsearch),
      proxySidecar(images.proxy, 'elasticsearch'),
    ],
    probeCommand: { live: opens(ports.http), ready: opens(ports.ready) },
    requests: { cpu: '2', memory: `${memoryGiB}Gi` },
    limits: { cpu: '4', memory: `${memoryGiB}Gi` },
    // It hands its shards over before it goes.
    terminationGraceSeconds: 180,
    network: {
      from: [...clients.map((name) => caller(name, proxyPort)), siblings],
      to: [siblings],
      // S3 and STS: snapshots.
      toOutside: [{ cidrs: props.aws, port: 443 }],
    },
  })
}

/** Its probes need no password: a port that opens is all that they ask. The second opens once the node has joined. */
function opens(port: number): readonly string[] {
  return ['bash', '-c', `</dev/tcp/127.0.0.1/${port}`]
}

function keeper(image: string): Sidecar {
  return {
    name: 'keeper',
    image,
    command: ['bash', '/etc/elasticsearch/keeper.sh'],
    env: { NAME: { fieldRef: { fieldPath: 'metadata.name' } } },
    requests: { cpu: '10m', memory: '16Mi' },
    limits: { cpu: '100m', memory: '64Mi' },
  }
}

function exporter(image: string): Sidecar {
  return {
    name: 'exporter',
    image,
    args: [
      `--es.uri=http://127.0.0.1:${ports.http}`,
      '--es.slm',
      '--collector.snapshots',
      `--web.listen-address=:${ports.metrics}`,
      '--log.format=json',
    ],
    env: {
      ES_USERNAME: 'exporter',
      ES_PASSWORD: { secretKeyRef: { name: 'elasticsearch-users', key: 'exporter' } },
    },
    secrets: [],
    metrics: { port: ports.metrics, path: '/metrics' },
    requests: { cpu: '10m', memory: '32Mi' },
    limits: { cpu: '200m', memory: '128Mi' },
  }
}
