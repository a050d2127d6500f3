import { certificatePath } from '../_lib/identity.ts'

/** The paths of the telemetry endpoint, by what is sent there. */
const paths = {
  traces: '/otlp/v1/traces',
  logs: '/logs',
} as const

/**
 * Where a site sends what it observed: one host for the whole fleet, so that no variant knows a region. Which addresses
 * it may be is each site's own NetworkPolicy.
 */
export function telemetryUrl(host: string, kind: keyof typeof paths): string {
  return `https://${host}${paths[kind]}`
}

/** Metrics go to both central stores, which share nothing: apps/metrics has two replicas. */
export function metricsUrls(host: string): readonly string[] {
  return [0, 1].map((store) => `https://${host}/metrics/${store}/api/v1/write`)
}

/** The pod's SPIFFE certificate, its key and the trust bundle. */
export const files = {
  certificate: `${certificatePath}/tls.crt`,
  key: `${certificatePath}/tls.key`,
  authority: `${certificatePath}/ca.crt`,
} as const
