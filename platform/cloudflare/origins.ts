import * as cloudflare from '@pulumi/cloudflare'
import * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../clusters/fleet.ts'
import { RegionName } from '../../clusters/schema.ts'
import { healthHost, nearerRegions, nearestFirst, type PublicHost } from '../aws/_lib/hosts.ts'

export interface OriginsArgs {
  readonly fleet: Pick<Fleet, 'platform' | 'cloud' | 'regions' | 'routes' | 'locations'>
  readonly hosts: readonly PublicHost[]
  readonly zoneId: pulumi.Input<string>
}

/** The shortest interval of Cloudflare's monitors on its Business plan, in seconds. */
const shortestInterval = 15

/** Hosts that the same regions answer share a load balancer. */
interface Balancer {
  /** `any` where all regions answer, else the label of the first host. */
  readonly name: string
  readonly hosts: readonly PublicHost[]
  readonly regions: readonly [RegionName, ...RegionName[]]
}

/**
 * The regions' entrances as pools of one origin each, a monitor that asks whether they are well, and load balancers:
 * the network's region first, in countries with a nearer one that, the others behind it. The hosts' records lead there.
 */
export class Origins extends pulumi.ComponentResource {
  constructor(name: string, args: OriginsArgs, opts: pulumi.ComponentResourceOptions) {
    super('meridian:Origins', name, {}, opts)
    const monitor = this.#monitor(args)
    const pools = new Map(RegionName.options.map((region) => [region, this.#pool(region, monitor, args)]))
    for (const balancer of balancersOf(args.hosts)) {
      const host = this.#balance(balancer, pools, args)
      for (const { label, host: name } of balancer.hosts) {
        new cloudflare.DnsRecord(
          `record-${label}`,
          // 1: automatic, the only one that a proxied record takes.
          { zoneId: args.zoneId, name, type: 'CNAME', content: host, proxied: true, ttl: 1 },
          { parent: this },
        )
      }
    }
    this.registerOutputs()
  }

  #balance(
    { name, regions }: Balancer,
    pools: ReadonlyMap<RegionName, cloudflare.LoadBalancerPool>,
    { fleet, zoneId }: OriginsArgs,
  ): pulumi.Output<string> {
    const ids = (order: readonly RegionName[]) =>
      order.filter((region) => regions.includes(region)).flatMap((region) => pools.get(region)?.id ?? [])
    const defaultPools = ids(regions)
    const [fallbackPool = ''] = defaultPools
    const { countries } = nearerRegions(fleet, 'cloudflare')
    return new cloudflare.LoadBalancer(
      `balance-${name}`,
      {
        zoneId,
        name: `${name}.cloudflare.${fleet.platform.domain}`,
        description: `${regions.join(', then ')}; in countries with a nearer region, that first`,
        proxied: true,
        steeringPolicy: 'geo',
        countryPools: Object.fromEntries(
          [...countries]
            .toSorted()
            .map(([country, region]) => [country, ids(nearestFirst(region, fleet))] as const),
        ),
        defaultPools,
        fallbackPool,
        // A request that a region did not take is tried in the next at once, before any monitor knows.
        adaptiveRouting: { failoverAcrossPools: true },
        sessionAffinity: 'none',
      },
      { parent: this },
    ).name
  }

  /** It asks as the zone would, with the client's certificate: the port without one is closed to all but Route 53. */
  #monitor({ fleet }: OriginsArgs): cloudflare.LoadBalancerMonitor {
    const { entrance, dns } = fleet.cloud.aws
    return new cloudflare.LoadBalancerMonitor(
      'entrance-health',
      {
        accountId: fleet.cloud.cloudflare.account,
        description: 'Is the region well?',
        type: 'https',
        method: 'GET',
        path: entrance.healthPath,
        header: { Host: [healthHost(fleet)] },
        probeZone: fleet.platform.domain,
        expectedCodes: '200',
        followRedirects: false,
        allowInsecure: false,
        interval: Math.max(shortestInterval, dns.healthChecks.intervalSeconds),
        timeout: 5,
        retries: 0,
        consecutiveDown: dns.healthChecks.failureThreshold,
        consecutiveUp: 2,
      },
      { parent: this },
    )
  }

  #pool(region: RegionName, monitor: cloudflare.LoadBalancerMonitor, { fleet }: OriginsArgs) {
    const { name, lat, lon, entrance } = fleet.regions[region]
    return new cloudflare.LoadBalancerPool(
      `pool-${region}`,
      {
        accountId: fleet.cloud.cloudflare.account,
        name: `meridian-${region}`,
        description: name,
        latitude: lat,
        longitude: lon,
        // The Host header stays the user's: the entrance sends each host to its service. Its certificate is checked
        // against the address.
        origins: [{ name: region, address: entrance.host, port: entrance.port, enabled: true, weight: 1 }],
        minimumOrigins: 1,
        monitor: monitor.id,
        // Asked from the continents of the three regions; from all of the world's it costs more and tells no more.
        checkRegions: ['ENAM', 'WEU', 'SEAS'],
      },
      { parent: this },
    )
  }
}

function balancersOf(hosts: readonly PublicHost[]): readonly Balancer[] {
  return [...Map.groupBy(hosts, ({ regions }) => regions.join()).values()].flatMap((own) => {
    const [first] = own
    if (!first) return []
    const all = first.regions.length === RegionName.options.length
    return [{ name: all ? 'any' : first.label, hosts: own, regions: first.regions }]
  })
}
