import * as fastly from '@pulumi/fastly'
import type * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../clusters/fleet.ts'

/** What Fastly sees of its own services; the central alerts judge the SLO. */
export function declareAlerts(
  { cloud }: Pick<Fleet, 'cloud'>,
  services: Readonly<Record<string, pulumi.Output<string>>>,
): void {
  const mails = cloud.alerts.emails.map(
    (address, index) =>
      new fastly.Integration(`mail-${index + 1}`, {
        name: `meridian ${address}`,
        type: 'mailinglist',
        config: { address },
      }),
  )
  for (const [name, serviceId] of Object.entries(services)) {
    new fastly.Alert(`errors-${name}`, {
      name: `meridian ${name}: errors`,
      description: 'See docs/runbooks: the regions behind it, then the last version of the service.',
      serviceId,
      source: 'stats',
      metric: 'status_5xx',
      // In one minute; the shortest period that Fastly takes.
      evaluationStrategy: { type: 'above_threshold', period: '2m', threshold: 100 },
      integrationIds: mails.map(({ id }) => id),
    })
  }
}
