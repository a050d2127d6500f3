import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { z } from 'zod'
import { Continent, type NetworkName } from '../../../clusters/schema.ts'
import type { StackContext } from '../../stack.ts'
import type { Networks } from './network-dns.ts'
import type { Site } from './sites.ts'

type ContinentName = z.infer<typeof Continent>
type Network = z.infer<typeof NetworkName>

/**
 * Route 53's continents, by code. It has no Middle East: its countries are named one by one, and a country counts
 * before its continent.
 */
const continents: Readonly<Record<ContinentName, Readonly<Record<string, string>>>> = {
  'north-america': { NA: 'north-america' },
  'south-america': { SA: 'south-america' },
  europe: { EU: 'europe' },
  'asia-pacific': { AS: 'asia', OC: 'oceania' },
  'middle-east': {},
  africa: { AF: 'africa' },
}

/**
 * Each host leads to the network that its users' continent prefers. Where that one is down the answer is the same as
 * for places that no line names: CloudFront, and Cloudflare while CloudFront is down.
 */
export function declareUserNames(
  context: StackContext,
  sites: readonly Site[],
  networks: Networks,
  opts: pulumi.CustomResourceOptions,
): void {
  const { fleet, output } = context
  const zoneId = output('aws-core', 'zone')
  const { ttlSeconds: ttl } = fleet.cloud.aws.dns
  for (const { label, host } of sites) {
    const declare = (
      suffix: string,
      name: string,
      network: Network,
      args: Omit<aws.route53.RecordArgs, 'zoneId' | 'name' | 'type'>,
    ) =>
      new aws.route53.Record(
        `${label}-${suffix}`,
        { zoneId, name, type: 'CNAME', ttl, records: [networks.nameOf(network, host)], ...args },
        opts,
      )
    for (const { id, place, network } of placesOf(fleet)) {
      declare(`in-${id}`, host, network, {
        setIdentifier: id,
        geolocationRoutingPolicies: [place],
        healthCheckId: networks.checks[network].id,
      })
    }
    const elsewhere = `${label}.elsewhere.${fleet.platform.domain}`
    declare('elsewhere', host, 'cloudfront', {
      setIdentifier: 'elsewhere',
      geolocationRoutingPolicies: [{ country: '*' }],
      records: [elsewhere],
    })
    declare('elsewhere-first', elsewhere, 'cloudfront', {
      setIdentifier: 'first',
      failoverRoutingPolicies: [{ type: 'PRIMARY' }],
      healthCheckId: networks.checks.cloudfront.id,
    })
    declare('elsewhere-second', elsewhere, 'cloudflare', {
      setIdentifier: 'second',
      failoverRoutingPolicies: [{ type: 'SECONDARY' }],
    })
  }
}

interface Place {
  /** In the names of records. */
  readonly id: string
  readonly network: Network
  readonly place: { readonly continent: string } | { readonly country: string }
}

function placesOf({ areas, networks }: Pick<StackContext['fleet'], 'areas' | 'networks'>): readonly Place[] {
  const countries = Object.values(areas).flatMap((area) => Object.entries(area.countries))
  return Continent.options.flatMap((name): readonly Place[] => {
    const network = networks.prefer[name]
    const whole = Object.entries(continents[name])
    if (whole.length > 0) return whole.map(([continent, id]) => ({ id, network, place: { continent } }))
    return countries
      .filter(([, country]) => country.continent === name)
      .map(([country]) => ({ id: country.toLowerCase(), network, place: { country } }))
  })
}
