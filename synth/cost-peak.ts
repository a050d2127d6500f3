import type { Fleet, PlacedLocation } from '../clusters/fleet.ts'
import type { NetworkName } from '../clusters/schema.ts'

/** The target load at list price: what it would cost if nothing were negotiated. */
export interface Peak {
  readonly requestsPerSecond: number
  /** In a month of 730 hours. */
  readonly millionRequestsPerMonth: number
  readonly networks: readonly PeakNetwork[]
  readonly usdPerMonth: number
}

export interface PeakNetwork {
  readonly network: NetworkName
  readonly name: string
  /** Of the requests: the network's share of the locations. */
  readonly share: number
  /** In whole dollars; undefined: nothing that it uses has a list price by the request. */
  readonly usdPerMonth: number | undefined
}

const secondsPerMonth = 730 * 3600

export function peakOf(fleet: Fleet): Peak {
  const { requestsPerSecond, networks: uses } = fleet.budget.peak
  const millions = (requestsPerSecond * secondsPerMonth) / 1e6
  const priceOf = new Map(fleet.prices.map(({ id, usd }) => [id, usd]))
  const entrances = [...fleet.locations.values()].map((location) => entranceOf(location, fleet))
  // Object.keys knows its argument's keys only as strings.
  const names = Object.keys(fleet.networks.networks) as NetworkName[]
  const networks = names.map((network): PeakNetwork => {
    const share = entrances.filter((entrance) => entrance === network).length / entrances.length
    const perMillion = uses[network].map(
      ({ price, perMillionRequests }) => (priceOf.get(price) ?? 0) * perMillionRequests,
    )
    return {
      network,
      name: fleet.networks.networks[network].name,
      share,
      usdPerMonth:
        perMillion.length === 0
          ? undefined
          : Math.round(millions * share * perMillion.reduce((total, usd) => total + usd, 0)),
    }
  })
  return {
    requestsPerSecond,
    millionRequestsPerMonth: millions,
    networks,
    usdPerMonth: networks.reduce((total, { usdPerMonth = 0 }) => total + usdPerMonth, 0),
  }
}

/** The network that a location's users enter by: its continent's, or the first that it has (`networks.yaml`). */
function entranceOf({ area, country, networks }: PlacedLocation, fleet: Fleet): NetworkName | undefined {
  const continent = fleet.areas[area].countries[country]?.continent
  const preferred = continent && fleet.networks.prefer[continent]
  return preferred && networks.includes(preferred) ? preferred : networks[0]
}
