import type { Fleet } from '../../clusters/fleet.ts'
import type { RegionName } from '../../clusters/schema.ts'
import { nearerRegions, nearestFirst, type PublicHost, type Route } from '../aws/_lib/hosts.ts'

/** What the Worker knows of the platform, as JSON: it is bound to each version as `FACTS`. */
export interface WorkerFacts {
  readonly regions: Readonly<Record<RegionName, { readonly host: string; readonly port: number }>>
  /** By host: the region that answers first where no location names a nearer one, then the others. */
  readonly hosts: Readonly<Record<string, readonly RegionName[]>>
  /** By the region that is asked first: the order in which a request overflows. */
  readonly overflow: Readonly<Record<RegionName, readonly RegionName[]>>
  /** By the code of Cloudflare's data centre (IATA, lower case): the region that is nearer than the first. */
  readonly locations: Readonly<Record<string, RegionName>>
  readonly routes: readonly Route[]
}

export function workerFacts(
  fleet: Pick<Fleet, 'regions' | 'locations'>,
  hosts: readonly PublicHost[],
): WorkerFacts {
  const { locations } = nearerRegions(fleet, 'cloudflare')
  const byRegion = <T>(value: (region: RegionName) => T): Record<RegionName, T> => ({
    'us-east-1': value('us-east-1'),
    'eu-west-1': value('eu-west-1'),
    'ap-southeast-1': value('ap-southeast-1'),
  })
  return {
    regions: byRegion((region) => {
      const { host, port } = fleet.regions[region].entrance
      return { host, port }
    }),
    hosts: Object.fromEntries(hosts.map(({ host, regions }) => [host, regions])),
    overflow: byRegion((region) => nearestFirst(region, fleet)),
    locations: Object.fromEntries([...locations].toSorted()),
    routes: hosts.flatMap(({ routes }) => routes),
  }
}
