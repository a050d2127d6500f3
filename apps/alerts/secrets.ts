import type { Construct } from 'constructs'
import { siteSecret } from '../_lib/secret.ts'

/** What gives access to the receivers, and the pair's own certificate; both from the site's secret manager. */
export function secrets(scope: Construct): void {
  const receiver = (property: string) => ({ key: 'alerts/receivers', property })
  siteSecret(scope, {
    name: 'alerts-receivers',
    namespace: 'alerts',
    values: {
      slackWebhook: receiver('slackWebhook'),
      pagerdutyRoutingKey: receiver('pagerdutyRoutingKey'),
      smtpUser: receiver('smtpUser'),
      smtpPassword: receiver('smtpPassword'),
    },
    entries: {
      'slack-webhook': '{{ .slackWebhook }}',
      'pagerduty-routing-key': '{{ .pagerdutyRoutingKey }}',
      'smtp-user': '{{ .smtpUser }}',
      'smtp-password': '{{ .smtpPassword }}',
    },
  })
  const gossip = (property: string) => ({ key: 'alerts/gossip', property })
  siteSecret(scope, {
    name: 'alerts-gossip',
    namespace: 'alerts',
    values: {
      'tls.crt': gossip('certificate'),
      'tls.key': gossip('key'),
      'ca.crt': gossip('authority'),
    },
  })
}
