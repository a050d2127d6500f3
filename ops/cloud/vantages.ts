import { distance } from '../../clusters/distance.ts'
import type { Fleet } from '../../clusters/fleet.ts'
import type { Vantage } from './routing.ts'

/** Where Route 53's continents differ from the facts': Oceania is one of its own (M49, United Nations). */
const oceania = ['AU', 'FJ', 'GU', 'NC', 'NZ']
const continents = {
  africa: 'AF',
  'asia-pacific': 'AS',
  europe: 'EU',
  'middle-east': 'AS',
  'north-america': 'NA',
  'south-america': 'SA',
} as const

export interface PlacedVantage extends Vantage {
  /** The location's code: `fra`. */
  readonly code: string
}

/** Every location of the fleet, as somewhere to ask Route 53 from. */
export function vantagesOf(fleet: Pick<Fleet, 'areas' | 'locations' | 'regions'>): readonly PlacedVantage[] {
  return [...fleet.locations.values()].map((location) => {
    const continent = fleet.areas[location.area]?.countries[location.country]?.continent ?? 'europe'
    return {
      code: location.code,
      country: location.country,
      lat: location.lat,
      lon: location.lon,
      continent: oceania.includes(location.country) ? 'OC' : continents[continent],
      nearest: Object.entries(fleet.regions)
        .map(([region, place]) => [region, distance(location, place)] as const)
        .toSorted(([, a], [, b]) => a - b)
        .map(([region]) => region),
    }
  })
}
