import { z } from 'zod'
import { GatewayConfig } from '../../services/gateway/config.ts'
import { callee } from '../_lib/peers.ts'

export const ports = { https: 8443, public: 443, admin: 9090 } as const

/** Where the certificate for the public names is mounted. */
export const certificateFolder = '/etc/gateway-certificate'

/** What decides the gateway's configuration: facts that all sites share, and what an operator may turn for one. */
export const gatewaySettings = z.strictObject({
  domain: z.string(),
  routes: GatewayConfig.shape.routes,
  logLevel: GatewayConfig.shape.logLevel,
  wafMode: GatewayConfig.shape.waf.shape.mode,
  wafParanoiaLevel: GatewayConfig.shape.waf.shape.paranoiaLevel,
  /** Per client address. */
  requestsPerSecond: GatewayConfig.shape.limits.shape.requestsPerSecond,
  /** Share of the requests that are traced; those that fail are traced by the collector's own rule. */
  traceRatio: GatewayConfig.shape.traces.shape.sampleRatio,
})

/** `gateway.json`. @throws {z.ZodError} where the program would refuse it */
export function gatewayConfig(settings: z.infer<typeof gatewaySettings>): string {
  const accounts = `https://accounts.${settings.domain}`
  const config = GatewayConfig.parse({
    port: ports.https,
    publicPort: ports.public,
    adminPort: ports.admin,
    logLevel: settings.logLevel,
    tls: {
      certificate: `${certificateFolder}/tls.crt`,
      key: `${certificateFolder}/tls.key`,
      minVersion: '1.3',
    },
    hosts: [...new Set(settings.routes.map(({ host }) => host))].toSorted(),
    routes: settings.routes,
    jwt: {
      issuer: accounts,
      audience: settings.domain,
      keysUrl: `${accounts}/.well-known/jwks.json`,
      refreshSeconds: 300,
    },
    waf: {
      mode: settings.wafMode,
      paranoiaLevel: settings.wafParanoiaLevel,
      inboundThreshold: 5,
      outboundThreshold: 4,
    },
    limits: {
      requestsPerSecond: settings.requestsPerSecond,
      burst: settings.requestsPerSecond * 2,
      connectionsPerAddress: 100,
      maxHeaderBytes: 16 * 1024,
      maxBodyBytes: 10 * 1024 * 1024,
      headerTimeoutMs: 5_000,
      idleTimeoutMs: 60_000,
    },
    blockedCountries: [],
    router: callee('router'),
    traces: { ...callee('otel-collector'), sampleRatio: settings.traceRatio },
  } satisfies z.input<typeof GatewayConfig>)
  return `${JSON.stringify(config, null, 2)}\n`
}
