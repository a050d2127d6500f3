import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import { z } from 'zod'

/** The inputs of a record, as far as they are compared. */
export const RecordSpec = z.object({
  name: z.string(),
  type: z.string(),
  zoneId: z.string(),
  ttl: z.number().optional(),
  records: z.array(z.string()).default([]),
  aliases: z.array(z.object({ name: z.string() })).default([]),
  setIdentifier: z.string().optional(),
  healthCheckId: z.string().optional(),
  latencyRoutingPolicies: z.array(z.object({ region: z.string() })).optional(),
  failoverRoutingPolicies: z.array(z.object({ type: z.string() })).optional(),
  weightedRoutingPolicies: z.array(z.object({ weight: z.number() })).optional(),
  geolocationRoutingPolicies: z
    .array(z.object({ continent: z.string().optional(), country: z.string().optional() }))
    .optional(),
  geoproximityRoutingPolicy: z
    .object({ coordinates: z.array(z.object({ latitude: z.string(), longitude: z.string() })) })
    .optional(),
})
export type RecordSpec = z.infer<typeof RecordSpec>

/** What a record says, rendered or live. */
export interface RecordParts {
  readonly to: readonly string[]
  readonly type: string
  /** An alias has none of its own. */
  readonly ttl?: number | undefined
  readonly policy?: string | undefined
  readonly check?: string | undefined
}

/** `→ 203.0.113.17, 60 s, EU, if 1a2b`: the same words for the same record, whoever tells of it. */
export function sentence({ to, type, ttl, policy, check }: RecordParts): string {
  const values = to.map((value) => plain(value, type)).toSorted()
  const parts = [
    `→ ${values.join(', ')}`,
    ttl === undefined ? '' : `${ttl} s`,
    policy ?? '',
    check === undefined ? '' : `if ${check}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

export function renderedPolicy(spec: RecordSpec): string | undefined {
  const [geo] = spec.geolocationRoutingPolicies ?? []
  const [place] = spec.geoproximityRoutingPolicy?.coordinates ?? []
  return (
    spec.latencyRoutingPolicies?.[0]?.region ??
    spec.failoverRoutingPolicies?.[0]?.type ??
    geo?.continent ??
    geo?.country ??
    (place && `${place.latitude} ${place.longitude}`) ??
    spec.weightedRoutingPolicies?.[0]?.weight.toString()
  )
}

export function toldPolicy(set: ResourceRecordSet): string | undefined {
  const { ContinentCode, CountryCode } = set.GeoLocation ?? {}
  const place = set.GeoProximityLocation?.Coordinates
  return (
    set.Region ??
    set.Failover ??
    ContinentCode ??
    CountryCode ??
    (place && `${place.Latitude} ${place.Longitude}`) ??
    set.Weight?.toString()
  )
}

/** Route 53 quotes texts and ends names with a dot, where the provider's inputs may not. */
function plain(value: string, type: string): string {
  if (type === 'TXT') return value.replace(/^"(.*)"$/, '$1')
  return value.replace(/\.$/, '').toLowerCase()
}
