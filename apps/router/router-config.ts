import { z } from 'zod'
import { RouterConfig } from '../../services/router/config.ts'
import { callee, spiffePath } from '../_lib/peers.ts'

export const ports = { https: 8443, admin: 9090 } as const

/** Where the disk cache's volume is mounted. */
export const diskPath = '/var/cache/router'

/** Where the password of the router's Redis user is mounted. */
export const passwordFolder = '/etc/router-cache'

/** What decides the router's configuration: facts that all sites share, and what an operator may turn for one. */
export const routerSettings = z.strictObject({
  routes: RouterConfig.shape.routes,
  upstreams: RouterConfig.shape.upstreams,
  logLevel: RouterConfig.shape.logLevel,
  /** L1. */
  memoryMiB: z.int().positive(),
  /** The site's Redis is a cluster. */
  redisCluster: z.boolean(),
  /** Share of the requests that are traced from here on where the gateway has not decided. */
  traceRatio: z.number().min(0).max(1),
})

/**
 * `router.json`.
 *
 * @param diskGiB what the volume of the disk cache holds
 * @throws {z.ZodError} where the program would refuse it
 */
export function routerConfig(settings: z.infer<typeof routerSettings>, diskGiB: number): string {
  const config = RouterConfig.parse({
    port: ports.https,
    adminPort: ports.admin,
    logLevel: settings.logLevel,
    callers: [spiffePath('gateway')],
    routes: settings.routes,
    upstreams: settings.upstreams,
    // Everything to the home region while it is healthy: its data is the freshest and the nearest.
    weights: [1, 0, 0],
    inference: callee('inference'),
    cache: {
      memoryMiB: settings.memoryMiB,
      // A tenth stays free: file systems and the cache's own eviction need room.
      disk: { path: diskPath, sizeGiB: Math.floor(diskGiB * 0.9) },
      redis: {
        ...callee('cache'),
        cluster: settings.redisCluster,
        user: 'router',
        passwordFile: `${passwordFolder}/password`,
        timeoutMs: 20,
      },
      staleIfErrorSeconds: 24 * 60 * 60,
    },
    limits: { maxBodyBytes: 10 * 1024 * 1024, maxConcurrentRequests: 10_000 },
    traces: { ...callee('otel-collector'), sampleRatio: settings.traceRatio },
  } satisfies z.input<typeof RouterConfig>)
  return `${JSON.stringify(config, null, 2)}\n`
}
