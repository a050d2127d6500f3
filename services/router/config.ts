import { z } from 'zod'

const Port = z.int().min(1).max(65535)
const Name = z.string().min(1)

/** A workload in the same cluster that the router calls over mutual TLS. */
const Callee = z.strictObject({
  url: z.url(),
  /** Path of the SPIFFE id that it must present, under the site's trust domain: `/ns/<namespace>/sa/<account>`. */
  spiffePath: z.string().regex(/^\/ns\/[a-z0-9-]+\/sa\/[a-z0-9-]+$/),
})

/**
 * `router.json`: what the router is told by git. Addresses of the site (regional entrances, regional caches) are
 * not here: they come from the identity file (services/kit/identity.ts).
 */
export const RouterConfig = z.strictObject({
  /** HTTP over mutual TLS. */
  port: Port,
  /** Probes and metrics in plain HTTP, inside the pod's network policy. */
  adminPort: Port,
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  /** Who may call: paths of SPIFFE ids under the site's trust domain. */
  callers: z.array(z.string()).min(1),
  /** The longest path of a host wins; a path stands for itself and all below it. */
  routes: z.array(
    z.strictObject({
      id: Name,
      host: z.hostname(),
      path: z.string().startsWith('/'),
      /** A key of `upstreams`, or `inference`. */
      upstream: Name,
      /** How long an answer may be kept when its origin does not say; 0: not at all. */
      cacheSeconds: z.int().nonnegative(),
      timeoutMs: z.int().positive(),
    }),
  ),
  /** Upstreams by name: the regions that answer for them, with the share that a healthy one gets. */
  upstreams: z.record(Name, z.strictObject({ regions: z.array(z.string()).min(1) })),
  /**
   * Share of the requests by place in the site's overflow order, home region first. A region that is unhealthy or
   * full gives its share to the next.
   */
  weights: z.array(z.number().min(0).max(1)).min(1),
  inference: Callee,
  cache: z.strictObject({
    /** L1: in the program's own memory. */
    memoryMiB: z.int().positive(),
    /** L2: on the pod's volume. */
    disk: z.strictObject({ path: z.string().startsWith('/'), sizeGiB: z.int().positive() }),
    /** The site's Redis: shared by the routers of a site. */
    redis: Callee.extend({
      cluster: z.boolean(),
      user: Name,
      /** File that holds the user's password. */
      passwordFile: z.string().startsWith('/'),
      timeoutMs: z.int().positive(),
    }),
    /** How long a stale answer may be served while its origin is down, in seconds. */
    staleIfErrorSeconds: z.int().nonnegative(),
  }),
  limits: z.strictObject({
    maxBodyBytes: z.int().positive(),
    maxConcurrentRequests: z.int().positive(),
  }),
  /** OTLP over gRPC. */
  traces: Callee.extend({ sampleRatio: z.number().min(0).max(1) }),
})

export type RouterConfig = z.infer<typeof RouterConfig>
