import * as cloudflare from '@pulumi/cloudflare'
import type * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../clusters/fleet.ts'

type Filters = cloudflare.types.input.NotificationPolicyFilters

/** What Cloudflare alone can tell; what the Worker measures goes to the central alerts. */
export function declareNotifications({ cloud }: Pick<Fleet, 'cloud'>, zoneId: pulumi.Input<string>): void {
  const emails = cloud.alerts.emails.map((id) => ({ id }))
  const notify = (name: string, alertType: string, description: string, filters?: Filters) =>
    new cloudflare.NotificationPolicy(`notify-${name}`, {
      accountId: cloud.cloudflare.account,
      name: `meridian ${name}`,
      description,
      alertType,
      enabled: true,
      mechanisms: { emails },
      ...(filters ? { filters } : {}),
    })
  notify('region-health', 'load_balancing_health_alert', 'A region is unwell, or well again', {
    eventSources: ['pool'],
    newHealths: ['Unhealthy', 'Healthy'],
  })
  notify('floods', 'dos_attack_l7', 'A flood is being held off')
  notify('attacks', 'clickhouse_alert_fw_anomaly', 'The firewall refuses far more than it used to', {
    zones: [zoneId],
  })
  notify(
    'certificate',
    'dedicated_ssl_certificate_event_type',
    'The certificate of the hosts: issued, renewed, not',
  )
  notify(
    'zone-client-certificate',
    'zone_aop_custom_certificate_expiration_type',
    'It ends soon: regions refuse us',
  )
  notify(
    'host-client-certificate',
    'hostname_aop_custom_certificate_expiration_type',
    'The same, of the hosts',
  )
  notify(
    'worker-client-certificate',
    'mtls_certificate_store_certificate_expiration_type',
    'The same, of the Worker',
  )
  notify('incidents', 'incident_alert', 'Cloudflare itself has an outage', {
    incidentImpacts: ['INCIDENT_IMPACT_MAJOR', 'INCIDENT_IMPACT_CRITICAL'],
  })
}
