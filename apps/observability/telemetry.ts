import { certificatePath } from '../_lib/identity.ts'

/** The paths of the telemetry endpoint, by what is sent there. */
const paths = {
  metrics: '/metrics/api/v1/write',
  traces: '/otlp/v1/traces',
  logs: '/logs',
} as const

/**
 * Where a site sends what it observed: one name for the whole fleet (a latency record over the regions' telemetry
 * endpoints), so that no variant knows a region. Which addresses it may be is each site's own NetworkPolicy.
 */
export function telemetryUrl(domain: string, kind: keyof typeof paths): string {
  return `https://telemetry.${domain}${paths[kind]}`
}

/** The pod's SPIFFE certificate, its key and the trust bundle. */
export const files = {
  certificate: `${certificatePath}/tls.crt`,
  key: `${certificatePath}/tls.key`,
  authority: `${certificatePath}/ca.crt`,
} as const
