import * as aws from '@pulumi/aws'
import * as cloudflare from '@pulumi/cloudflare'
import * as pulumi from '@pulumi/pulumi'
import type { StackContext } from '../stack.ts'

const datasets: Readonly<Record<string, readonly string[]>> = {
  http_requests: [
    'RayID',
    'EdgeStartTimestamp',
    'ClientCountry',
    'ClientRequestHost',
    'ClientRequestMethod',
    'ClientRequestPath',
    'ClientSSLProtocol',
    'EdgeColoCode',
    'EdgeResponseStatus',
    'OriginResponseStatus',
    'CacheCacheStatus',
    'SecurityAction',
  ],
  firewall_events: ['RayID', 'Datetime', 'Action', 'ClientIP', 'ClientRequestHost', 'RuleID', 'Source'],
}

/**
 * Cloudflare's own logs (Logpush) to the core's bucket, which keeps and then deletes them. A switch, for Cloudflare
 * gives its price by contract only: without it, what is kept of a request is what the Worker sends to the central logs.
 */
export function declareLogs(
  { fleet, output }: StackContext,
  zoneId: pulumi.Input<string>,
  provider: aws.Provider,
): void {
  if (!fleet.cloud.cloudflare.logpush) return
  const { homeRegion } = fleet.platform
  const bucket = output('aws-core', `logsBucket.${homeRegion}`)
  for (const [dataset, fieldNames] of Object.entries(datasets)) {
    const label = dataset.replaceAll('_', '-')
    const destinationConf = pulumi.interpolate`s3://${bucket}/cloudflare/${label}/{DATE}?region=${homeRegion}`
    // Cloudflare writes a word there, and wants to hear it: so it knows that the bucket is ours.
    const challenge = new cloudflare.LogpushOwnershipChallenge(`logs-${label}-challenge`, {
      zoneId,
      destinationConf,
    })
    const word = aws.s3.getObjectOutput({ bucket, key: challenge.filename }, { provider }).body
    new cloudflare.LogpushJob(`logs-${label}`, {
      zoneId,
      dataset,
      name: `meridian-${label}`,
      enabled: true,
      destinationConf,
      ownershipChallenge: word,
      outputOptions: { outputType: 'ndjson', timestampFormat: 'rfc3339', fieldNames: [...fieldNames] },
    })
  }
}
