/** Where it listens on the pod's loopback, and where Elasticsearch is there: the proxy carries the mutual TLS. */
export const ports = { logs: 8080, metrics: 9598, health: 8686, elasticsearch: 9200 } as const

export const stateFolder = '/var/lib/vector'

/**
 * The central `vector.json` (0.59). A line is acknowledged to its sender when it lies in Elasticsearch or in the
 * buffer on disk, so nothing is lost between. Which site a line is from, the sender's certificate says.
 */
export function aggregatorConfig(): string {
  const config = {
    data_dir: stateFolder,
    api: { enabled: true, address: `127.0.0.1:${ports.health}` },
    sources: {
      sites: {
        type: 'http_server',
        address: `127.0.0.1:${ports.logs}`,
        path: '/logs',
        method: 'POST',
        framing: { method: 'newline_delimited' },
        decoding: { codec: 'json' },
        headers: ['x-spiffe-id'],
      },
      self: { type: 'internal_metrics' },
    },
    transforms: { attributed: { type: 'remap', inputs: ['sites'], source: attributed } },
    sinks: {
      elasticsearch: {
        type: 'elasticsearch',
        inputs: ['attributed'],
        endpoints: [`http://127.0.0.1:${ports.elasticsearch}`],
        mode: 'data_stream',
        data_stream: { type: 'logs', dataset: 'meridian', namespace: 'default', auto_routing: false },
        auth: { strategy: 'basic', user: 'writer', password: ['$', '{PASSWORD}'].join('') },
        compression: 'zstd',
        api_version: 'v8',
        acknowledgements: { enabled: true },
        batch: { max_bytes: 8_388_608, timeout_secs: 2 },
        request: { retry_max_duration_secs: 60, timeout_secs: 60 },
        // Full: refuse, and the sites' agents keep what they have.
        buffer: { type: 'disk', max_size: 16 * 1024 ** 3, when_full: 'block' },
      },
      metrics: {
        type: 'prometheus_exporter',
        inputs: ['self'],
        address: `127.0.0.1:${ports.metrics}`,
      },
    },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

/**
 * A site says of itself only what its certificate says of it: a stolen one cannot write another's log. Vector Remap
 * Language.
 */
const attributed = `id = to_string(."x-spiffe-id") ?? ""
parsed, err = parse_regex(id, r'^spiffe://(?P<cluster>[a-z0-9-]+)[.]meridian/')
if err == null {
  .cluster = parsed.cluster
} else {
  .cluster = "unknown"
}
del(."x-spiffe-id")
if !exists(."@timestamp") {
  ."@timestamp" = del(.timestamp) ?? now()
}
`
