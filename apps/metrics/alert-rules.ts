import { burns, objectives, rate1m, ratio } from './objectives.ts'

/** The longest that a page waits for its condition to last, in seconds; see apps/alerts for the rest of the way. */
export const pageForSeconds = 60

interface AlertRule {
  readonly alert: string
  readonly expr: string
  readonly severity: 'page' | 'ticket'
  /** @default a minute for pages, a quarter of an hour for tickets */
  readonly for?: string
  readonly summary: string
}

/** Alerts: what wakes somebody burns the objective or hides it; the rest waits for the morning. */
export function alertRules(): string {
  const groups = [
    { name: 'objectives', rules: objectiveAlerts() },
    { name: 'sites', rules: siteAlerts },
    { name: 'observability', rules: ownAlerts },
  ].map(({ name, rules }) => ({
    name,
    rules: rules.map(({ alert, expr, severity, summary, for: lasts }) => ({
      alert,
      expr,
      for: lasts ?? (severity === 'page' ? `${pageForSeconds}s` : '15m'),
      labels: { severity },
      annotations: { summary },
    })),
  }))
  return `${JSON.stringify({ groups }, null, 2)}\n`
}

function objectiveAlerts(): AlertRule[] {
  return objectives.flatMap(({ id, title, budget }) =>
    (['fleet', 'site'] as const).flatMap((level) =>
      burns.map(({ long, short, factor, severity }) => {
        const limit = Number((factor * budget).toPrecision(6))
        const name = `${level === 'fleet' ? 'Fleet' : 'Site'}${id === 'availability' ? 'Availability' : 'Latency'}`
        return {
          alert: `${name}Burns${long}`,
          expr: [long, short].map((window) => `${ratio(id, level, window)} > ${limit}`).join(' and '),
          severity,
          summary: `${title}: ${level === 'site' ? 'site {{ $labels.cluster }}' : 'the fleet'} burns its 30 days of budget ${factor} times too fast (over ${long} and ${short}).`,
        }
      }),
    ),
  )
}

const siteAlerts: readonly AlertRule[] = [
  {
    alert: 'SiteSilent',
    expr: 'count by (cluster) (up offset 1h) unless count by (cluster) (up)',
    severity: 'page',
    summary: 'Nothing is heard of site {{ $labels.cluster }}, which reported an hour ago.',
  },
  {
    alert: 'SiteWithoutTraffic',
    expr: `sum by (cluster) (${rate1m('availability', 'site', 'all')} offset 1h) > 1 unless sum by (cluster) (${rate1m('availability', 'site', 'all')}) > 0`,
    severity: 'page',
    summary: 'Site {{ $labels.cluster }} answered requests an hour ago and answers none now.',
  },
  {
    alert: 'TargetDown',
    expr: 'up == 0',
    severity: 'ticket',
    for: '5m',
    summary: '{{ $labels.namespace }}/{{ $labels.pod }} at {{ $labels.cluster }} does not answer Prometheus.',
  },
  {
    alert: 'ContainerRestarts',
    expr: 'increase(kube_pod_container_status_restarts_total[30m]) > 3',
    severity: 'ticket',
    for: '0s',
    summary: '{{ $labels.namespace }}/{{ $labels.pod }} at {{ $labels.cluster }} restarts again and again.',
  },
  {
    alert: 'SecretStale',
    expr: 'externalsecret_status_condition{condition="Ready",status="False"} == 1',
    severity: 'ticket',
    summary: 'Secret {{ $labels.namespace }}/{{ $labels.name }} at {{ $labels.cluster }} cannot be fetched.',
  },
  {
    alert: 'ApplicationNotSynced',
    expr: 'argocd_app_info{sync_status!="Synced"} == 1',
    severity: 'ticket',
    for: '30m',
    summary: 'Application {{ $labels.name }} at {{ $labels.cluster }} is not what git says.',
  },
]

/** Who watches is watched as well. */
const ownAlerts: readonly AlertRule[] = [
  {
    alert: 'AlertsNotDelivered',
    expr: 'sum by (integration) (rate(alertmanager_notifications_failed_total[5m])) > 0',
    severity: 'page',
    summary: 'Alertmanager cannot deliver by {{ $labels.integration }}.',
  },
  {
    alert: 'RulesFail',
    expr: 'increase(prometheus_rule_evaluation_failures_total[5m]) > 0',
    severity: 'page',
    summary: 'Rules fail at {{ $labels.pod }}: alerts that depend on them are blind.',
  },
  {
    alert: 'SamplesRefused',
    expr: 'sum by (cluster) (rate(prometheus_remote_storage_samples_failed_total[5m])) > 0',
    severity: 'ticket',
    summary: 'Samples of site {{ $labels.cluster }} are refused, and lost.',
  },
  {
    alert: 'LogsDropped',
    expr: 'sum by (cluster) (increase(vector_component_discarded_events_total{intentional="false"}[15m])) > 0',
    severity: 'ticket',
    for: '0s',
    summary: 'Log lines of site {{ $labels.cluster }} are lost.',
  },
  {
    alert: 'ElasticsearchRed',
    expr: 'max(elasticsearch_cluster_health_status{color="red"}) == 1',
    severity: 'page',
    summary: 'A primary shard is missing: some logs or traces can be neither written nor read.',
  },
  {
    alert: 'ElasticsearchYellow',
    expr: 'max(elasticsearch_cluster_health_status{color="yellow"}) == 1',
    severity: 'ticket',
    for: '1h',
    summary: 'A copy of a shard is missing: one more lost node would lose what is not in a snapshot.',
  },
  {
    alert: 'ElasticsearchFull',
    expr: 'min by (name) (elasticsearch_filesystem_data_available_bytes / elasticsearch_filesystem_data_size_bytes) < 0.2',
    severity: 'ticket',
    summary:
      '{{ $labels.name }} has less than a fifth of its disk left; at a twentieth it takes nothing more.',
  },
]
