import { files, telemetryUrl } from './telemetry.ts'

export const collectorPorts = { otlp: 4317, health: 13133, metrics: 8888 } as const

export interface CollectorConfigProps {
  readonly telemetryHost: string
  readonly tracesInMemory: number
  /** The share of ordinary traces that is kept, 0 to 100; errors and slow ones always are. */
  readonly tracePercentage: number
  /** From which duration a trace is slow. Default of the app: the P99.9 target, 100 ms. */
  readonly slowTraceMs: number
}

/**
 * The collector's `config.json` (OpenTelemetry Collector 0.165, distribution `k8s`): OTLP over gRPC and mutual TLS
 * in, the traces worth keeping out. Whoever has a certificate of this site's CA may send.
 */
export function collectorConfig(props: CollectorConfigProps): string {
  const config = {
    extensions: { health_check: { endpoint: `0.0.0.0:${collectorPorts.health}` } },
    receivers: {
      otlp: {
        protocols: {
          grpc: {
            endpoint: `0.0.0.0:${collectorPorts.otlp}`,
            max_recv_msg_size_mib: 8,
            tls: {
              cert_file: files.certificate,
              key_file: files.key,
              client_ca_file: files.authority,
              client_ca_file_reload: true,
              min_version: '1.3',
              reload_interval: '5m',
            },
          },
        },
      },
    },
    processors: {
      // First: it refuses before memory runs out, and senders try again.
      memory_limiter: { check_interval: '1s', limit_percentage: 80, spike_limit_percentage: 20 },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the collector fills in its environment.
      resource: { attributes: [{ key: 'meridian.cluster', value: '${env:CLUSTER}', action: 'upsert' }] },
      attributes: { actions: secretAttributes.map((key) => ({ key, action: 'delete' })) },
      tail_sampling: {
        decision_wait: '10s',
        num_traces: props.tracesInMemory,
        policies: [
          { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
          { name: 'slow', type: 'latency', latency: { threshold_ms: props.slowTraceMs } },
          {
            name: 'ordinary',
            type: 'probabilistic',
            probabilistic: { sampling_percentage: props.tracePercentage },
          },
        ],
      },
    },
    exporters: {
      otlp_http: {
        traces_endpoint: telemetryUrl(props.telemetryHost, 'traces'),
        compression: 'zstd',
        tls: {
          cert_file: files.certificate,
          key_file: files.key,
          ca_file: files.authority,
          min_version: '1.3',
          reload_interval: '5m',
        },
        retry_on_failure: { enabled: true, max_elapsed_time: '15m' },
        sending_queue: {
          enabled: true,
          sizer: 'items',
          queue_size: 100_000,
          batch: { sizer: 'items', min_size: 2_000, max_size: 8_000, flush_timeout: '5s' },
        },
      },
    },
    service: {
      extensions: ['health_check'],
      pipelines: {
        traces: {
          receivers: ['otlp'],
          processors: ['memory_limiter', 'tail_sampling', 'attributes', 'resource'],
          exporters: ['otlp_http'],
        },
      },
      telemetry: {
        logs: { encoding: 'json' },
        metrics: {
          readers: [
            { pull: { exporter: { prometheus: { host: '0.0.0.0', port: collectorPorts.metrics } } } },
          ],
        },
      },
    },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

/** Headers that OpenTelemetry's HTTP instrumentation may capture and that give access to something. */
const secretAttributes = [
  'http.request.header.authorization',
  'http.request.header.cookie',
  'http.request.header.x-api-key',
  'http.response.header.set-cookie',
]
