import type { Fleet } from '../../clusters/fleet.ts'
import type { RegionName } from '../../clusters/schema.ts'
import { nearestFirst } from '../aws/_lib/hosts.ts'

/** The dictionary that says which data centres and countries have a region nearer than the first; see recv-region.vcl. */
export const nearerDictionary = 'nearer_regions'

/**
 * When a region is asked that is not the first, as a condition in Fastly's VCL: where it is the first that is well, in
 * the order that begins with the region which recv-region.vcl found. Where none is well the first of all is asked.
 *
 * @param regions those that answer, the network's own first
 */
export function choiceOf(
  region: RegionName,
  regions: readonly RegionName[],
  fleet: Pick<Fleet, 'regions'>,
): string {
  const ways = regions.map((first, index) => {
    const order = nearestFirst(first, fleet).filter((one) => regions.includes(one))
    const sick = order.slice(0, order.indexOf(region)).map((one) => `!${well(one)}`)
    // An empty one stands for the first.
    const found = `req.http.X-Meridian-Region == "${index === 0 ? '' : first}"`
    return `(${[found, ...sick, well(region)].join(' && ')})`
  })
  return ways.join(' || ')
}

/** Fastly calls a backend in VCL `F_` and its name, with underscores. */
function well(region: RegionName): string {
  return `backend.F_${region.replaceAll('-', '_')}.healthy`
}
