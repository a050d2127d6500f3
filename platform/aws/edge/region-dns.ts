import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { RegionName } from '../../../clusters/schema.ts'
import type { StackContext } from '../../stack.ts'
import type { RegionSet } from './sites.ts'

export type HealthChecks = Readonly<Record<RegionName, aws.route53.HealthCheck>>

/**
 * The names of the regions: each entrance by its own, and each set of regions by two, at which the nearest one
 * answers and the one after it. Aliases have the TTL of what they lead to: 60 seconds for a load balancer.
 */
export function declareRegionNames(
  { output, fleet }: StackContext,
  sets: readonly RegionSet[],
  opts: pulumi.CustomResourceOptions,
): HealthChecks {
  const zoneId = output('aws-core', 'zone')
  const alias = (region: RegionName) => ({
    name: output(`aws-${region}`, 'entranceHost'),
    zoneId: output(`aws-${region}`, 'entranceZone'),
    evaluateTargetHealth: true,
  })
  const checks = byRegion((region) => declareCheck(region, fleet, opts))

  for (const region of RegionName.options) {
    const name = fleet.regions[region].entrance.host
    new aws.route53.Record(`entrance-${region}`, { zoneId, name, type: 'A', aliases: [alias(region)] }, opts)
  }
  for (const { name, regions, first, second } of sets) {
    for (const region of regions) {
      const declare = (suffix: string, host: string, answer: RegionName) =>
        new aws.route53.Record(
          `${name}${suffix}-${region}`,
          {
            zoneId,
            name: host,
            type: 'A',
            setIdentifier: region,
            latencyRoutingPolicies: [{ region }],
            aliases: [alias(answer)],
            healthCheckId: checks[answer].id,
          },
          opts,
        )
      declare('', first, region)
      declare('-second', second, regions.find((other) => other !== region) ?? region)
    }
  }
  return checks
}

/** The checkers have no certificate of a client, so they ask at the port that wants none. */
function declareCheck(
  region: RegionName,
  { regions, cloud }: StackContext['fleet'],
  opts: pulumi.CustomResourceOptions,
): aws.route53.HealthCheck {
  const { entrance, dns } = cloud.aws
  return new aws.route53.HealthCheck(
    `${region}-health`,
    {
      type: 'HTTPS',
      fqdn: regions[region].entrance.host,
      port: entrance.healthPort,
      resourcePath: entrance.healthPath,
      enableSni: true,
      requestInterval: dns.healthChecks.intervalSeconds,
      failureThreshold: dns.healthChecks.failureThreshold,
      measureLatency: true,
      tags: { Name: `${region} entrance` },
    },
    opts,
  )
}

function byRegion<T>(make: (region: RegionName) => T): Readonly<Record<RegionName, T>> {
  return {
    'us-east-1': make('us-east-1'),
    'eu-west-1': make('eu-west-1'),
    'ap-southeast-1': make('ap-southeast-1'),
  }
}
