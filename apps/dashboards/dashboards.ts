import { dashboard } from './panels.ts'

const all = (level: 'site' | 'fleet') => `${level}:meridian_availability_all:rate1m`
const bad = (level: 'site' | 'fleet') => `${level}:meridian_availability_bad:rate1m`
const quantile = (level: 'site' | 'fleet', q: string) =>
  `${level}:meridian_request_duration_seconds:quantile5m{quantile="${q}"}`
/** What is left of 30 days' budget: 1 is all of it, below 0 the objective is missed. */
const budgetLeft = (level: 'site' | 'fleet') =>
  `1 - (avg_over_time(${bad(level)}[30d]) / avg_over_time(${all(level)}[30d])) / 0.0005`

/** Every dashboard by the name of its file. What they ask for is recorded by apps/metrics, or exported by a program. */
export const dashboards = {
  objectives: dashboard('objectives', 'Objectives', [
    {
      title: 'Availability, 30 days (99.95 %)',
      as: 'figure',
      unit: 'percentunit',
      series: {
        availability: `1 - avg_over_time(${bad('fleet')}[30d]) / avg_over_time(${all('fleet')}[30d])`,
      },
      red: 0.9995,
      redBelow: true,
    },
    {
      title: 'Error budget left, 30 days',
      as: 'figure',
      unit: 'percentunit',
      series: { left: budgetLeft('fleet') },
      red: 0,
      redBelow: true,
    },
    { title: 'P99 (50 ms)', as: 'figure', unit: 's', series: { P99: quantile('fleet', '0.99') }, red: 0.05 },
    { title: 'Requests a second', as: 'figure', unit: 'reqps', series: { requests: all('fleet') } },
    {
      title: 'Latency: P50, P95, P99, P99.9',
      unit: 's',
      series: Object.fromEntries(['0.5', '0.95', '0.99', '0.999'].map((q) => [q, quantile('fleet', q)])),
    },
    {
      title: 'Burn rate over an hour and over six',
      unit: 'short',
      series: {
        '1h': 'fleet:meridian_availability_bad:ratio_rate1h / 0.0005',
        '6h': 'fleet:meridian_availability_bad:ratio_rate6h / 0.0005',
      },
      red: 14.4,
    },
    {
      title: 'Failing, by wave',
      unit: 'percentunit',
      series: { '{{wave}}': `sum by (wave) (${bad('site')}) / sum by (wave) (${all('site')})` },
    },
    {
      title: 'Budget left, by site',
      as: 'table',
      unit: 'percentunit',
      series: { site: `sort(${budgetLeft('site')})` },
    },
  ]),
  sites: dashboard('sites', 'Sites', [
    {
      title: 'Sites that report',
      as: 'figure',
      unit: 'short',
      series: { sites: 'count(count by (cluster) (up))' },
    },
    {
      title: 'Targets that do not answer',
      as: 'figure',
      unit: 'short',
      series: { down: 'count(up == 0) or vector(0)' },
      red: 1,
    },
    { title: 'Requests a second, by site', unit: 'reqps', series: { '{{cluster}}': all('site') } },
    {
      title: 'Requests a second, by status',
      unit: 'reqps',
      series: { '{{code}}': 'sum by (code) (site_code:meridian_requests:rate5m)' },
    },
    { title: 'P99, by site', unit: 's', series: { '{{cluster}}': quantile('site', '0.99') }, red: 0.05 },
    {
      title: 'Restarts in an hour',
      unit: 'short',
      series: {
        '{{cluster}} {{namespace}}':
          'sum by (cluster, namespace) (increase(kube_pod_container_status_restarts_total[1h])) > 0',
      },
    },
    {
      title: 'Processors in use, by node',
      unit: 'percentunit',
      series: {
        '{{cluster}} {{node}}': '1 - avg by (cluster, node) (rate(host_cpu_seconds_total{mode="idle"}[5m]))',
      },
    },
  ]),
  business: dashboard('business', 'Business', [
    {
      title: 'Requests answered, 30 days',
      as: 'figure',
      unit: 'short',
      series: { answered: `sum_over_time(${all('fleet')}[30d:1h]) * 3600` },
    },
    {
      title: 'Requests that failed, 30 days',
      as: 'figure',
      unit: 'short',
      series: { failed: `sum_over_time(${bad('fleet')}[30d:1h]) * 3600` },
    },
    {
      title: 'Against a week ago',
      as: 'figure',
      unit: 'percentunit',
      series: {
        growth: `avg_over_time(${all('fleet')}[1d]) / avg_over_time(${all('fleet')}[1d] offset 7d) - 1`,
      },
    },
    {
      title: 'Answered within 50 ms',
      as: 'figure',
      unit: 'percentunit',
      series: {
        fast: '1 - avg_over_time(fleet:meridian_latency_bad:rate1m[1d]) / avg_over_time(fleet:meridian_latency_all:rate1m[1d])',
      },
      red: 0.99,
      redBelow: true,
    },
    { title: 'Busiest sites', unit: 'reqps', series: { '{{cluster}}': `topk(10, ${all('site')})` } },
    {
      title: 'Minutes out of objective, 30 days',
      as: 'table',
      unit: 'short',
      series: {
        site: 'sort_desc(sum_over_time((site:meridian_availability_bad:ratio_rate5m > bool 0.0005)[30d:1m]))',
      },
    },
  ]),
  observability: dashboard('observability', 'Observability itself', [
    {
      title: 'Samples a second',
      as: 'figure',
      unit: 'short',
      series: { samples: 'sum(rate(prometheus_tsdb_head_samples_appended_total[5m]))' },
    },
    {
      title: 'Log events a second',
      as: 'figure',
      unit: 'short',
      series: { events: 'sum(rate(vector_component_sent_events_total{component_id="elasticsearch"}[5m]))' },
    },
    {
      title: 'Notifications that failed, an hour',
      as: 'figure',
      unit: 'short',
      series: { failed: 'sum(increase(alertmanager_notifications_failed_total[1h])) or vector(0)' },
      red: 1,
    },
    {
      title: 'Elasticsearch: free disk',
      as: 'figure',
      unit: 'percentunit',
      series: {
        free: 'min(elasticsearch_filesystem_data_available_bytes / elasticsearch_filesystem_data_size_bytes)',
      },
      red: 0.2,
      redBelow: true,
    },
    {
      title: 'The entrance, by status',
      unit: 'reqps',
      series: {
        '{{envoy_response_code_class}}xx':
          'sum by (envoy_response_code_class) (rate(envoy_http_downstream_rq_xx{envoy_http_conn_manager_prefix="port-8443"}[5m]))',
      },
    },
    {
      title: 'How far sites lag behind',
      unit: 's',
      series: {
        '{{cluster}}':
          'max by (cluster) (prometheus_remote_storage_highest_timestamp_in_seconds - ignoring(remote_name, url) group_right prometheus_remote_storage_queue_highest_sent_timestamp_seconds)',
      },
    },
    {
      title: 'Logs waiting at sites',
      unit: 'bytes',
      series: { '{{cluster}}': 'sum by (cluster) (vector_buffer_byte_size)' },
    },
    {
      title: 'Rules: time of a round',
      unit: 's',
      series: { '{{pod}}': 'max by (pod) (prometheus_rule_group_last_duration_seconds)' },
    },
  ]),
} as const
