import type { GeoLocation, ResourceRecordSet } from '@aws-sdk/client-route-53'
import { distance, type Place } from '../../clusters/distance.ts'
import { absolute } from './zones.ts'

/** Where a question to Route 53 comes from. */
export interface Vantage extends Place {
  /** ISO 3166-1. */
  readonly country: string
  /** Route 53's code: AF, AS, EU, NA, OC, SA. */
  readonly continent: string
  /** AWS regions, the one with the least latency first. */
  readonly nearest: readonly string[]
}

/** What Route 53 answers. */
export interface Answer {
  /** The record's values, or the name outside the zone that an alias leads to. */
  readonly values: readonly string[]
  /** How long a resolver may keep it, at most, over every record on the way. */
  readonly ttlSeconds: number
  /** The record sets on the way: `api.meridian.example EU`. */
  readonly way: readonly string[]
}

/** An alias to a load balancer or a distribution has this TTL (Route 53 developer guide, "Choosing between alias and non-alias records"). */
export const aliasTtlSeconds = 60

/** A zone's record sets by type and name, and which of its health checks are well. */
export interface Zone {
  readonly sets: ReadonlyMap<string, readonly ResourceRecordSet[]>
  healthy(check: string): boolean
}

export function zoneOf(records: readonly ResourceRecordSet[], healthy: Zone['healthy']): Zone {
  return { sets: Map.groupBy(records, ({ Type, Name = '' }) => `${Type} ${absolute(Name)}`), healthy }
}

/**
 * What Route 53 answers to a question for an address, by the rules of its developer guide ("Choosing a routing
 * policy", "How Amazon Route 53 chooses records when health checking is configured"): the latency of a region is
 * taken for its distance, and a target outside the zone for well.
 *
 * @returns undefined where the zone has no such name
 */
export function answerOf(
  zone: Zone,
  name: string,
  from: Vantage,
  seen: readonly string[] = [],
): Answer | undefined {
  const asked = absolute(name)
  if (seen.includes(asked)) return undefined
  const set = ['A', 'CNAME', 'AAAA']
    .map((type) => recordsAt(zone, asked, type))
    .find((found) => found.length > 0)
  if (!set) return undefined
  const chosen = choose(zone, set, from)
  if (chosen.length === 0) return undefined
  const answers = chosen.map((record) => follow(zone, record, from, [...seen, asked]))
  return {
    values: [...new Set(answers.flatMap(({ values }) => values))].toSorted(),
    ttlSeconds: Math.max(...answers.map(({ ttlSeconds }) => ttlSeconds)),
    way: answers.flatMap(({ way }) => way),
  }
}

function recordsAt({ sets }: Zone, asked: string, type: string): readonly ResourceRecordSet[] {
  return sets.get(`${type} ${asked}`) ?? sets.get(`${type} ${asked.replace(/^[^.]+/, '*')}`) ?? []
}

function follow(zone: Zone, record: ResourceRecordSet, from: Vantage, seen: readonly string[]): Answer {
  const step = [absolute(record.Name ?? '').slice(0, -1), record.SetIdentifier].filter(Boolean).join(' ')
  const alias = record.AliasTarget?.DNSName
  const ttlSeconds = record.TTL ?? (alias === undefined ? 0 : aliasTtlSeconds)
  const values = (record.ResourceRecords ?? []).map(({ Value = '' }) => Value)
  const [target] = alias === undefined ? (record.Type === 'CNAME' ? values : []) : [alias]
  const further = target === undefined ? undefined : answerOf(zone, target, from, seen)
  if (further) {
    // An alias to a record of the zone has that record's TTL; a CNAME is kept beside what it leads to.
    const ttl = alias === undefined ? Math.max(ttlSeconds, further.ttlSeconds) : further.ttlSeconds
    return { values: further.values, ttlSeconds: ttl, way: [step, ...further.way] }
  }
  return { values: target === undefined ? values : [absolute(target).slice(0, -1)], ttlSeconds, way: [step] }
}

/** The sets that answer: the policy's order, and of that the first that is well; where none is, as if all were. */
function choose(zone: Zone, sets: readonly ResourceRecordSet[], from: Vantage): readonly ResourceRecordSet[] {
  const well = (candidates: readonly ResourceRecordSet[]) =>
    candidates.filter((set) => isWell(zone, set, from))
  const orFirst = (ordered: readonly ResourceRecordSet[]) => [...well(ordered), ...ordered].slice(0, 1)
  const orAll = (candidates: readonly ResourceRecordSet[]) => {
    const healthy = well(candidates)
    return healthy.length > 0 ? healthy : candidates
  }
  const [first] = sets
  if (first?.Failover) return orFirst(sets.toSorted((a, b) => order(a.Failover) - order(b.Failover)))
  if (first?.GeoLocation) {
    const fits = sets.filter(({ GeoLocation }) => closeness(GeoLocation, from) > 0)
    return orFirst(fits.toSorted((a, b) => closeness(b.GeoLocation, from) - closeness(a.GeoLocation, from)))
  }
  if (first?.Region) {
    const rank = ({ Region }: ResourceRecordSet) => {
      const place = from.nearest.indexOf(Region ?? '')
      return place < 0 ? from.nearest.length : place
    }
    return orFirst(sets.toSorted((a, b) => rank(a) - rank(b)))
  }
  if (first?.GeoProximityLocation) {
    return orFirst(sets.toSorted((a, b) => distance(placeOf(a), from) - distance(placeOf(b), from)))
  }
  if (first?.Weight !== undefined) return orAll(sets.filter(({ Weight }) => Weight !== 0))
  return orAll(sets)
}

function isWell(zone: Zone, set: ResourceRecordSet, from: Vantage, seen: readonly string[] = []): boolean {
  if (set.HealthCheckId !== undefined && !zone.healthy(set.HealthCheckId)) return false
  if (!set.AliasTarget?.EvaluateTargetHealth) return true
  const target = absolute(set.AliasTarget.DNSName ?? '')
  const behind = recordsAt(zone, target, set.Type ?? 'A')
  if (behind.length === 0 || seen.includes(target)) return true
  return behind.some((one) => isWell(zone, one, from, [...seen, target]))
}

/** Of a set that is placed by coordinates; none of ours is placed by region, or with a bias. */
function placeOf({ GeoProximityLocation }: ResourceRecordSet): Place {
  const { Latitude, Longitude } = GeoProximityLocation?.Coordinates ?? {}
  return { lat: Number(Latitude), lon: Number(Longitude) }
}

function order(failover: string | undefined): number {
  return failover === 'PRIMARY' ? 0 : 1
}

/** 3: its country, 2: its continent, 1: the default, 0: somewhere else. */
function closeness(location: GeoLocation | undefined, { country, continent }: Vantage): number {
  if (location?.CountryCode === country) return 3
  if (location?.ContinentCode === continent) return 2
  return location?.CountryCode === '*' ? 1 : 0
}
