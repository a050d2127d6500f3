import { z } from 'zod'

const Endpoint = z.strictObject({
  region: z.string(),
  host: z.string(),
  port: z.int().min(1).max(65535),
})

/**
 * What a program knows of the site that it runs in: `identity.json` in the identity ConfigMap, mounted at
 * `/etc/meridian/identity` and read again when it changes.
 */
export const Identity = z.strictObject({
  cluster: z.string(),
  /** SPIFFE trust domain of the site's certificates, such as `fra1.meridian`. */
  trustDomain: z.string(),
  location: z.strictObject({
    code: z.string(),
    city: z.string(),
    /** ISO 3166-1 alpha-2. */
    country: z.string(),
    /** Degrees, WGS 84. */
    lat: z.number(),
    lon: z.number(),
  }),
  tier: z.enum(['platinum', 'gold', 'silver']),
  region: z.string(),
  /** Regional entrances, the home region first, then in overflow order. */
  upstreams: z.array(Endpoint),
  /** Regional Redis (cache level L3), in the same order. */
  caches: z.array(Endpoint),
  telemetry: z.array(Endpoint),
})

export type Identity = z.infer<typeof Identity>
