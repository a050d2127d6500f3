import type { Fleet } from '../../../clusters/fleet.ts'
import { type NetworkName, RegionName } from '../../../clusters/schema.ts'
import { PlatformError } from '../../stack.ts'

export type Route = Fleet['routes']['routes'][number]

/** A host that users ask for, as a network outside AWS answers it. */
export interface PublicHost {
  /** `www`: the host without the platform's domain; in the names of its resources. */
  readonly label: string
  readonly host: string
  /** The longest path first: the first that fits answers. */
  readonly routes: readonly Route[]
  /** The regions that have every upstream of its routes: the network's own first, then the nearest to that. */
  readonly regions: readonly [RegionName, ...RegionName[]]
}

/** @throws {PlatformError} for a host that no single certificate of the domain covers, or that no region answers whole */
export function publicHosts(
  fleet: Pick<Fleet, 'platform' | 'networks' | 'regions' | 'routes'>,
  network: NetworkName,
): readonly PublicHost[] {
  const { platform, networks, routes } = fleet
  const order = nearestFirst(networks.networks[network].region, fleet)
  return [...Map.groupBy(routes.routes, ({ host }) => host)].map(([host, own]) => {
    const label = host.slice(0, -platform.domain.length - 1)
    if (!host.endsWith(`.${platform.domain}`) || label.includes('.')) {
      throw new PlatformError(
        'clusters/routes.yaml',
        `${host} is no host right below ${platform.domain}`,
        `certificates are for *.${platform.domain}: choose another host`,
      )
    }
    const [first, ...others] = order.filter((region) => own.every((route) => answers(region, route, fleet)))
    if (!first) {
      throw new PlatformError(
        'clusters/routes.yaml',
        `no region has all upstreams of ${host}`,
        'a load balancer sends a host to one region: give one of its upstreams a region more',
      )
    }
    return {
      label,
      host,
      routes: own.toSorted((a, b) => b.path.length - a.path.length || (a.id < b.id ? -1 : 1)),
      regions: [first, ...others],
    }
  })
}

/** A region, then the others by their distance from it (great circle): the order in which requests overflow. */
export function nearestFirst(
  from: RegionName,
  { regions }: Pick<Fleet, 'regions'>,
): readonly [RegionName, ...RegionName[]] {
  const others = RegionName.options.filter((region) => region !== from)
  const cosine = (region: RegionName) => cosineBetween(regions[from], regions[region])
  return [from, ...others.toSorted((a, b) => cosine(b) - cosine(a))]
}

/** The codes of the locations that a network serves. */
export function locationsOf(
  { locations }: Pick<Fleet, 'locations'>,
  network: NetworkName,
): readonly string[] {
  return [...locations.values()].filter(({ networks }) => networks.includes(network)).map(({ code }) => code)
}

/** Where a network's requests go that do not go to its default region. */
export interface NearerRegions {
  /** By the code of a location, in lower case. */
  readonly locations: ReadonlyMap<string, RegionName>
  /** By country (ISO 3166-1), where those of its locations that name a region agree. */
  readonly countries: ReadonlyMap<string, RegionName>
}

export function nearerRegions({ locations }: Pick<Fleet, 'locations'>, network: NetworkName): NearerRegions {
  const named = [...locations.values()].flatMap(({ code, country, networks, region }) =>
    region && networks.includes(network) ? [{ code, country, region }] : [],
  )
  const countries = [...Map.groupBy(named, ({ country }) => country)].flatMap(([country, own]) => {
    const [region, ...others] = new Set(own.map((location) => location.region))
    return region && others.length === 0 ? [[country, region] as const] : []
  })
  return {
    locations: new Map(named.map(({ code, region }) => [code, region])),
    countries: new Map(countries),
  }
}

/**
 * The host under which an entrance is asked whether it is well, with the client's certificate and by the path of
 * `cloud.aws.entrance`: one whose pages every region has.
 */
export function healthHost(fleet: Pick<Fleet, 'routes'>): string {
  const page = fleet.routes.routes.find(
    (route) => route.path === '/' && RegionName.options.every((region) => answers(region, route, fleet)),
  )
  if (page) return page.host
  throw new PlatformError(
    'clusters/routes.yaml',
    'no host has its path / in every region: health checks would ask one for what it does not have',
    'give an upstream of a path / all regions',
  )
}

/** The models (`inference`) have all regions behind the edge. */
function answers(region: RegionName, { upstream }: Route, { routes }: Pick<Fleet, 'routes'>): boolean {
  return upstream === 'inference' || (routes.upstreams[upstream]?.regions.includes(region) ?? false)
}

interface Place {
  readonly lat: number
  readonly lon: number
}

/** Of the angle between two places: the greater, the nearer. Spherical law of cosines. */
function cosineBetween(a: Place, b: Place): number {
  const [latA, latB, apart] = [a.lat, b.lat, b.lon - a.lon].map((degrees) => (degrees * Math.PI) / 180)
  if (latA === undefined || latB === undefined || apart === undefined) return Number.NaN
  return Math.sin(latA) * Math.sin(latB) + Math.cos(latA) * Math.cos(latB) * Math.cos(apart)
}
