/** Ports of the pod's loopback: the proxy carries the mutual TLS. */
export const ports = { otlp: 4318, query: 16686, health: 13133, metrics: 8888, elasticsearch: 9200 } as const

/** Where the password of Jaeger's user in Elasticsearch is mounted. */
export const passwordFolder = '/etc/traces-elasticsearch'

/**
 * `jaeger.json` (Jaeger 2.20, built on the OpenTelemetry Collector). An index a day; apps/logs deletes the old ones.
 */
export function jaegerConfig(): string {
  const index = { date_layout: '2006-01-02', rollover_frequency: 'day', shards: 3, replicas: 1 }
  const config = {
    extensions: {
      healthcheckv2: { use_v2: true, http: { endpoint: `127.0.0.1:${ports.health}` } },
      jaeger_storage: {
        backends: {
          elasticsearch: {
            elasticsearch: {
              server_urls: [`http://127.0.0.1:${ports.elasticsearch}`],
              auth: { basic: { username: 'jaeger', password_file: `${passwordFolder}/password` } },
              create_mappings: true,
              indices: {
                spans: index,
                services: { ...index, shards: 1 },
                dependencies: { ...index, shards: 1 },
                sampling: { ...index, shards: 1 },
              },
            },
          },
        },
      },
      jaeger_query: {
        storage: { traces: 'elasticsearch' },
        http: { endpoint: `127.0.0.1:${ports.query}` },
        grpc: { endpoint: '127.0.0.1:16685' },
      },
    },
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${ports.otlp}` } } } },
    processors: {
      memory_limiter: { check_interval: '1s', limit_percentage: 80, spike_limit_percentage: 20 },
    },
    exporters: {
      jaeger_storage_exporter: {
        trace_storage: 'elasticsearch',
        queue: { enabled: true, queue_size: 10_000, num_consumers: 10 },
      },
    },
    service: {
      extensions: ['healthcheckv2', 'jaeger_storage', 'jaeger_query'],
      pipelines: {
        traces: {
          receivers: ['otlp'],
          processors: ['memory_limiter'],
          exporters: ['jaeger_storage_exporter'],
        },
      },
      telemetry: {
        logs: { encoding: 'json' },
        metrics: {
          readers: [{ pull: { exporter: { prometheus: { host: '127.0.0.1', port: ports.metrics } } } }],
        },
      },
    },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
