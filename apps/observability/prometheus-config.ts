import { files, metricsUrls } from './telemetry.ts'

/**
 * `prometheus.yml` of an agent (Prometheus 3.16): every pod that names a metrics port in its annotations is
 * scraped, everything goes to both central stores by mutual TLS. JSON, of which Prometheus reads it as YAML.
 */
export function prometheusConfig(props: { telemetryHost: string; scrapeIntervalSeconds: number }): string {
  const config = {
    global: {
      scrape_interval: `${props.scrapeIntervalSeconds}s`,
      scrape_timeout: '10s',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Prometheus fills in its environment.
      external_labels: { cluster: '${CLUSTER}' },
      // One program that goes wild must not take the others' metrics along.
      sample_limit: 20_000,
      label_limit: 64,
      label_value_length_limit: 1024,
      body_size_limit: '16MB',
    },
    scrape_configs: [
      {
        job_name: 'pods',
        kubernetes_sd_configs: [{ role: 'pod' }],
        relabel_configs: pods,
      },
    ],
    remote_write: metricsUrls(props.telemetryHost).map(remoteWrite),
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

/** One queue for each: the other goes on where one is away, and what it missed is sent when it is back. */
function remoteWrite(url: string) {
  return {
    url,
    // Read again for each connection, so a renewed certificate needs no restart.
    tls_config: {
      cert_file: files.certificate,
      key_file: files.key,
      ca_file: files.authority,
      min_version: 'TLS13',
    },
    queue_config: {
      capacity: 10_000,
      max_shards: 8,
      max_samples_per_send: 2_000,
      batch_send_deadline: '5s',
      min_backoff: '100ms',
      max_backoff: '30s',
      retry_on_http_429: true,
    },
  }
}

const annotation = '__meta_kubernetes_pod_annotation_prometheus_io'

/** From what Kubernetes says of a pod to its address and labels. */
const pods = [
  { source_labels: [`${annotation}_port`], regex: '[0-9]+', action: 'keep' },
  { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Running', action: 'keep' },
  // A pod is one target, however many ports and containers it declares: K8s gives one each, all end up equal.
  {
    source_labels: ['__meta_kubernetes_pod_ip', `${annotation}_port`],
    separator: ':',
    target_label: '__address__',
  },
  { source_labels: [`${annotation}_path`], regex: '(/.*)', target_label: '__metrics_path__' },
  { source_labels: ['__meta_kubernetes_pod_label_app_kubernetes_io_name'], target_label: 'job' },
  { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
  { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
  { source_labels: ['__meta_kubernetes_pod_node_name'], target_label: 'node' },
]
