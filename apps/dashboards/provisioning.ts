/** Where Grafana listens, on the pod's loopback. */
export const grafanaPort = 3000

/** What Grafana asks. It reaches each at a port of the loopback, from where the proxy carries mutual TLS. */
export const dataSources = [
  { workload: 'metrics', name: 'Metrics', uid: 'metrics', type: 'prometheus', listen: 9190 },
  { workload: 'alerts', name: 'Alerts', uid: 'alerts', type: 'alertmanager', listen: 9193 },
  { workload: 'traces', name: 'Traces', uid: 'traces', type: 'jaeger', listen: 16_686 },
] as const

/** Grafana's settings and what it finds at its start (13.2); the YAML files are JSON. */
export function provisioning(domain: string): Readonly<Record<string, string>> {
  return {
    'grafana.ini': `[server]
http_addr = 127.0.0.1
http_port = ${grafanaPort}
root_url = https://dashboards.${domain}/
[analytics]
reporting_enabled = false
check_for_updates = false
check_for_plugin_updates = false
[plugins]
plugin_admin_enabled = false
preinstall_disabled = true
[security]
cookie_secure = true
cookie_samesite = strict
disable_gravatar = true
[users]
allow_sign_up = false
[auth.anonymous]
enabled = false
[unified_alerting]
enabled = false
[log]
mode = console
[log.console]
format = json
`,
    'provisioning/datasources/central.yaml': text({
      apiVersion: 1,
      datasources: dataSources.map(({ name, uid, type, listen }) => ({
        name,
        uid,
        type,
        access: 'proxy',
        url: `http://127.0.0.1:${listen}`,
        isDefault: uid === 'metrics',
        editable: false,
        ...(type === 'alertmanager' ? { jsonData: { implementation: 'prometheus' } } : {}),
        ...(type === 'prometheus' ? { jsonData: { httpMethod: 'POST', timeInterval: '15s' } } : {}),
      })),
    }),
    'provisioning/dashboards/files.yaml': text({
      apiVersion: 1,
      providers: [
        {
          name: 'git',
          type: 'file',
          disableDeletion: true,
          allowUiUpdates: false,
          options: { path: '/etc/dashboards/dashboards' },
        },
      ],
    }),
  }
}

function text(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
