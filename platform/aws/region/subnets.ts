import type { Fleet } from '../../../clusters/fleet.ts'
import type { RegionName } from '../../../clusters/schema.ts'
import { PlatformError } from '../../stack.ts'
import { contains, overlap, sameOffset, subnet } from '../_lib/cidr.ts'
import { factsOf } from './setting.ts'

/** public: entrances and ways out; private: what runs; data: databases and files; caches; endpoints of AWS's APIs. */
export const tiers = ['public', 'private', 'data', 'cache', 'endpoints'] as const
export type Tier = (typeof tiers)[number]

/**
 * The ranges of a region's subnets, one a zone for each tier. Caches and endpoints lie where the facts say, because
 * the sites' network policies name those ranges; the rest fills the network around them: 4,096 addresses a zone for
 * what runs, 256 for public and data.
 *
 * @throws {PlatformError} where a range lies outside the region's network, or on another
 */
export function subnetsOf(
  region: RegionName,
  fleet: Pick<Fleet, 'regions' | 'cloud' | 'platform'>,
): Readonly<Record<Tier, readonly string[]>> {
  const { network, cache } = factsOf({ region, fleet: fleet as Fleet })
  const { homeRegion, egress } = fleet.platform
  const home = fleet.cloud.aws.regions[homeRegion]?.network ?? network
  const each = (make: (zone: number) => string) => [0, 1, 2].map(make)
  // A /24 of the facts is halved twice: three of its quarters, one a zone.
  const quarter = (range: string | undefined) => each((zone) => subnet(range ?? network, 26, zone))
  const plan = {
    public: each((zone) => subnet(network, 24, zone)),
    private: each((zone) => subnet(network, 20, zone + 1)),
    data: each((zone) => subnet(network, 24, zone + 68)),
    cache: quarter(cache.cidrs[0]),
    endpoints: quarter(egress.aws[0] && sameOffset(egress.aws[0], home, network)),
  }
  check(region, network, plan)
  return plan
}

function check(region: RegionName, network: string, plan: Readonly<Record<Tier, readonly string[]>>): void {
  const all = tiers.flatMap((tier) => plan[tier].map((cidr) => ({ tier, cidr })))
  const mend =
    'change the network, the caches (regions.yaml) or the endpoints (platform.yaml) so that each has its own'
  for (const [index, { tier, cidr }] of all.entries()) {
    if (!contains(network, cidr)) {
      throw new PlatformError(
        'clusters/cloud.yaml',
        `${region}: ${tier} ${cidr} lies outside ${network}`,
        mend,
      )
    }
    const other = all.slice(index + 1).find((one) => overlap(one.cidr, cidr))
    if (other) {
      const both = `${tier} ${cidr} and ${other.tier} ${other.cidr}`
      throw new PlatformError('clusters/cloud.yaml', `${region}: ${both} share addresses`, mend)
    }
  }
}
