/** Where the Secrets with what gives access to the receivers are mounted. */
export const receiversFolder = '/etc/alerts-receivers'

/**
 * SPEC, Observability: somebody knows in less than five minutes. What passes from a fault to a page adds up to less,
 * with the agents' and Prometheus's own times; the test beside this does the sum.
 */
export const pageTimes = {
  /** Alerts that come together are told together. */
  groupWaitSeconds: 15,
  /** What joins a group that is told already waits for the next turn. */
  groupIntervalSeconds: 60,
} as const

/** Alertmanager reads every credential from a file but this one, which its start puts in. */
const smtpUser = '$SMTP_USER'

/** The start, a POSIX shell script; its arguments are Alertmanager's. */
export const start = `sed "s|[$]SMTP_USER|$SMTP_USER|" /etc/alerts/alertmanager.yml > /run/alerts/alertmanager.yml
exec alertmanager "$@"`

export interface AlertmanagerSettings {
  readonly domain: string
  /** AWS region whose mail server (SES) sends. */
  readonly region: string
  readonly emails: readonly string[]
}

/**
 * `alertmanager.yml` (Alertmanager 0.34). A page goes to PagerDuty, Slack and email, a ticket to Slack and email.
 * JSON, which it reads as YAML.
 */
export function alertmanagerConfig({ domain, region, emails }: AlertmanagerSettings): string {
  const config = {
    global: {
      resolve_timeout: '5m',
      smtp_smarthost: `email-smtp.${region}.amazonaws.com:587`,
      smtp_from: `alerts@${domain}`,
      smtp_auth_username: smtpUser,
      smtp_auth_password_file: `${receiversFolder}/smtp-password`,
      smtp_require_tls: true,
    },
    route: {
      receiver: 'ticket',
      group_by: ['alertname', 'severity'],
      group_wait: '1m',
      group_interval: '5m',
      repeat_interval: '12h',
      routes: [
        {
          matchers: ['severity="page"'],
          receiver: 'page',
          group_wait: `${pageTimes.groupWaitSeconds}s`,
          group_interval: `${pageTimes.groupIntervalSeconds}s`,
          repeat_interval: '1h',
        },
      ],
    },
    inhibit_rules: [
      // A silent site is told once, not by each of its targets.
      {
        source_matchers: ['alertname="SiteSilent"'],
        target_matchers: ['alertname=~"TargetDown|SiteWithoutTraffic|Site(Availability|Latency)Burns.*"'],
        equal: ['cluster'],
      },
    ],
    receivers: [
      {
        name: 'page',
        pagerduty_configs: [
          {
            routing_key_file: `${receiversFolder}/pagerduty-routing-key`,
            severity: 'critical',
            send_resolved: true,
          },
        ],
        ...told(emails),
      },
      { name: 'ticket', ...told(emails) },
    ],
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

/** Slack and email, which every alert goes to. */
function told(emails: readonly string[]) {
  return {
    slack_configs: [
      {
        api_url_file: `${receiversFolder}/slack-webhook`,
        send_resolved: true,
        title: '{{ .Status | toUpper }} {{ .CommonLabels.alertname }}',
        text: '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ end }}',
      },
    ],
    email_configs: emails.map((to) => ({
      to,
      send_resolved: true,
    })),
  }
}

/** Where the pair's own certificate is mounted: it carries the name below, which Go's TLS compares. */
export const gossipFolder = '/etc/alerts-gossip'

/** `gossip.yml`: the two replicas tell each other over mutual TLS what is sent already. */
export function gossipConfig(): string {
  const pair = { cert_file: `${gossipFolder}/tls.crt`, key_file: `${gossipFolder}/tls.key` }
  const config = {
    tls_server_config: {
      ...pair,
      client_ca_file: `${gossipFolder}/ca.crt`,
      client_auth_type: 'RequireAndVerifyClientCert',
      min_version: 'TLS13',
    },
    tls_client_config: {
      ...pair,
      ca_file: `${gossipFolder}/ca.crt`,
      server_name: 'alerts-gossip',
      min_version: 'TLS13',
    },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
