import type { Fleet } from '../../../clusters/fleet.ts'
import { RegionName } from '../../../clusters/schema.ts'
import { PlatformError } from '../../stack.ts'

export type Route = Fleet['routes']['routes'][number]

/** A host that users ask for. Paths of different hosts collide, so each has a distribution of its own. */
export interface Site {
  /** `www`: the host without the platform's domain; in the names of its resources. */
  readonly label: string
  readonly host: string
  /** The longest path first: the order in which CloudFront asks its behaviors. */
  readonly routes: readonly [Route, ...Route[]]
}

/** Regions that answer the same upstreams, and the names by which the nearest of them is found. */
export interface RegionSet {
  /** `any` for all of them; else the first upstream that only these regions have. */
  readonly name: string
  /** In the order of the upstream's facts. */
  readonly regions: readonly RegionName[]
  readonly port: number
  /** Leads to the nearest region that is well. */
  readonly first: string
  /** Leads to the region that the nearest one's requests overflow to. */
  readonly second: string
}

/** @throws {PlatformError} for a host outside the platform's domain */
export function sitesOf({ routes, platform }: Pick<Fleet, 'routes' | 'platform'>): readonly Site[] {
  const byHost = Map.groupBy(routes.routes, ({ host }) => host)
  return [...byHost].map(([host, [first, ...others]]) => {
    const label = host.slice(0, -platform.domain.length - 1)
    if (!host.endsWith(`.${platform.domain}`) || label.includes('.') || !first) {
      throw new PlatformError(
        'clusters/routes.yaml',
        `${host} is no host right below ${platform.domain}`,
        'the zone and its certificates have one level: choose another host',
      )
    }
    const [longest, ...rest] = [first, ...others].toSorted((a, b) => b.path.length - a.path.length)
    return { label, host, routes: [longest ?? first, ...rest] }
  })
}

/**
 * Every set of regions that some upstream has, all of them first.
 *
 * @throws {PlatformError} for entrances that cannot share a name
 */
export function regionSetsOf(fleet: Pick<Fleet, 'routes' | 'regions'>): readonly RegionSet[] {
  const sets = new Map<string, RegionSet>()
  const add = (name: string, regions: readonly RegionName[]) => {
    const key = keyOf(regions)
    if (!sets.has(key))
      sets.set(key, { name, regions, port: portOf(regions, fleet), ...namesOf(name, fleet) })
  }
  add('any', RegionName.options)
  for (const [name, { regions }] of Object.entries(fleet.routes.upstreams)) add(name, regions)
  return [...sets.values()]
}

/** The set of a route: the models at the edge (`inference`) have all regions behind them. */
export function regionSetOf(sets: readonly RegionSet[], route: Route, { routes }: Pick<Fleet, 'routes'>) {
  const key = keyOf(routes.upstreams[route.upstream]?.regions ?? RegionName.options)
  const set = sets.find(({ regions }) => keyOf(regions) === key)
  if (!set) throw new Error(`the sets were made of other upstreams than ${route.upstream}`)
  return set
}

function keyOf(regions: readonly RegionName[]): string {
  return regions.toSorted().join(' ')
}

/** A name that leads to several regions has one port. */
function portOf(names: readonly RegionName[], { regions }: Pick<Fleet, 'regions'>): number {
  const [port = 443, ...others] = new Set(names.map((name) => regions[name].entrance.port))
  if (others.length === 0) return port
  throw new PlatformError(
    'clusters/regions.yaml',
    `the entrances of ${names.join(', ')} have ports ${[port, ...others].join(', ')}`,
    'give them one port: they share a name',
  )
}

/** Beside the names of the entrances: `any.origin.meridian.example`. */
function namesOf(name: string, { regions }: Pick<Fleet, 'regions'>) {
  const region = 'us-east-1'
  const { host } = regions[region].entrance
  if (!host.startsWith(`${region}.`)) {
    throw new PlatformError(
      'clusters/regions.yaml',
      `the entrance of ${region} is called ${host}`,
      `call it ${region}.origin.<domain>: the regions' common names lie beside it`,
    )
  }
  const domain = host.slice(region.length)
  return { first: `${name}${domain}`, second: `${name}-second${domain}` }
}
