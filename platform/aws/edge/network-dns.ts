import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { z } from 'zod'
import type { NetworkName } from '../../../clusters/schema.ts'
import { PlatformError, type StackContext } from '../../stack.ts'

type Network = z.infer<typeof NetworkName>

/** The four edge networks as names and as health. */
export interface Networks {
  /** What a host is a CNAME of where this network serves it. */
  nameOf(network: Network, host: string): pulumi.Input<string>
  readonly checks: Readonly<Record<Network, aws.route53.HealthCheck>>
}

/**
 * Route 53's checkers offer TLS up to 1.2 (API reference, HealthCheckConfig) and our public entrances speak 1.3 alone,
 * so a network counts as well while it accepts connections; what lies behind it is watched by its own checks.
 *
 * @param distributions CloudFront's distributions by host
 */
export function declareNetworks(
  context: StackContext,
  distributions: ReadonlyMap<string, aws.cloudfront.Distribution>,
  opts: pulumi.CustomResourceOptions,
): Networks {
  const { fleet } = context
  const { networks } = fleet.cloud.aws.dns
  const sites = declareSites(context, opts)
  const nameOf = (network: Network, host: string) => {
    switch (network) {
      case 'cloudfront':
        return distributions.get(host)?.domainName ?? host
      case 'k3s':
        return sites.name
      default:
        return networks[network].replace('{host}', host)
    }
  }
  const [host = fleet.platform.domain] = distributions.keys()
  const check = (network: Network) =>
    declareCheck(`${network}-health`, fleet, { fqdn: nameOf(network, host) }, opts)
  return {
    nameOf,
    checks: {
      cloudflare: check('cloudflare'),
      cloudfront: check('cloudfront'),
      fastly: check('fastly'),
      k3s: sites.check,
    },
  }
}

/** One name for all K3s sites, at which the nearest one that is well answers; and whether any is. */
function declareSites({ fleet, output }: StackContext, opts: pulumi.CustomResourceOptions) {
  const { dns } = fleet.cloud.aws
  const name = `sites.${fleet.platform.domain}`
  const { siteIntervalSeconds: requestInterval } = dns.healthChecks
  const checks = fleet.clusters
    .filter(({ distribution }) => distribution === 'k3s')
    .map(({ name: cluster, location }) => {
      const address = dns.sites[cluster]
      const place = fleet.locations.get(location)
      if (address === undefined || !place) {
        throw new PlatformError(
          'clusters/cloud.yaml',
          `aws.dns.sites has no address for ${cluster}`,
          `add ${cluster}, and the public address of its entrance`,
        )
      }
      const check = declareCheck(`${cluster}-health`, fleet, { ipAddress: address, requestInterval }, opts)
      new aws.route53.Record(
        `site-${cluster}`,
        {
          zoneId: output('aws-core', 'zone'),
          name,
          type: 'A',
          ttl: dns.ttlSeconds,
          records: [address],
          setIdentifier: cluster,
          geoproximityRoutingPolicy: {
            coordinates: [{ latitude: place.lat.toFixed(2), longitude: place.lon.toFixed(2) }],
          },
          healthCheckId: check.id,
        },
        opts,
      )
      return check
    })
  const check = new aws.route53.HealthCheck(
    'k3s-health',
    {
      type: 'CALCULATED',
      childHealthchecks: checks.map(({ id }) => id),
      childHealthThreshold: 1,
      tags: { Name: 'k3s' },
    },
    opts,
  )
  return { name, check }
}

function declareCheck(
  name: string,
  { cloud }: StackContext['fleet'],
  args: Pick<aws.route53.HealthCheckArgs, 'fqdn' | 'ipAddress' | 'requestInterval'>,
  opts: pulumi.CustomResourceOptions,
): aws.route53.HealthCheck {
  const { intervalSeconds, failureThreshold } = cloud.aws.dns.healthChecks
  return new aws.route53.HealthCheck(
    name,
    {
      type: 'TCP',
      port: 443,
      requestInterval: intervalSeconds,
      failureThreshold,
      tags: { Name: name },
      ...args,
    },
    opts,
  )
}
