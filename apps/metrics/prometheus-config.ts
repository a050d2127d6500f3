/** Where Prometheus listens, on the pod's loopback: its proxy carries the mutual TLS. */
export const prometheusPort = 9090

/** Every alert goes to both: they tell each other what is sent already. The proxy finds them at these ports. */
export const alertmanagers = [
  { name: 'alerts-0', listen: 9193 },
  { name: 'alerts-1', listen: 9194 },
] as const

/** How often rules are judged. */
export const evaluationSeconds = 15

/**
 * How late a sample may come: an agent sends for four hours what a cut link kept from it
 * (apps/observability), and what is older than an hour would otherwise be refused.
 */
export const lateHours = 5

/** `prometheus.yml`. JSON, which Prometheus reads as YAML. */
export function prometheusConfig(): string {
  const config = {
    global: { scrape_interval: '15s', evaluation_interval: `${evaluationSeconds}s` },
    storage: { tsdb: { out_of_order_time_window: `${lateHours}h` } },
    rule_files: ['/etc/metrics/recording-rules.json', '/etc/metrics/alert-rules.json'],
    alerting: {
      alertmanagers: [
        { static_configs: [{ targets: alertmanagers.map(({ listen }) => `127.0.0.1:${listen}`) }] },
      ],
    },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
