import {
  GetHealthCheckStatusCommand,
  type HealthCheck,
  type HealthCheckConfig,
  ListHealthChecksCommand,
} from '@aws-sdk/client-route-53'
import type { Clients } from './clients.ts'
import { type Lookup, text } from './lookup.ts'

/**
 * Route 53 calls an endpoint healthy while more than this part of its checkers say so. Source: Route 53 developer
 * guide, "How Amazon Route 53 determines whether a health check is healthy".
 */
const healthyShare = 0.18

/** A health check has no name: it is found by what it asks, and what it is made of. */
export const findHealthCheck: Lookup = async (clients, { spec }, resolve) => {
  const host = await resolve(text(spec.fqdn))
  const children = await Promise.all(
    (Array.isArray(spec.childHealthchecks) ? spec.childHealthchecks : []).map((child) =>
      resolve(text(child)),
    ),
  )
  const address = await resolve(text(spec.ipAddress))
  const all = await allHealthChecks(clients)
  const found = all.find(({ HealthCheckConfig: config }) => {
    if (config === undefined || config.Type !== spec.type) return false
    if (children.length > 0) return sameSet(config.ChildHealthChecks ?? [], children)
    return (
      (config.FullyQualifiedDomainName ?? '') === (host ?? '') &&
      (config.IPAddress ?? '') === (address ?? '') &&
      (config.ResourcePath ?? '') === text(spec.resourcePath) &&
      (spec.port === undefined || config.Port === Number(spec.port))
    )
  })
  return found?.Id === undefined
    ? undefined
    : { id: found.Id, arn: `arn:aws:route53:::healthcheck/${found.Id}` }
}

export async function allHealthChecks({ route53 }: Clients): Promise<readonly HealthCheck[]> {
  const checks: HealthCheck[] = []
  let marker: string | undefined
  do {
    const page = await route53.send(new ListHealthChecksCommand({ Marker: marker }))
    checks.push(...(page.HealthChecks ?? []))
    marker = page.IsTruncated ? page.NextMarker : undefined
  } while (marker)
  return checks
}

/** What the checkers around the world see. */
export interface Observed {
  readonly checkers: number
  readonly successes: number
  readonly healthy: boolean
}

/** Asks what the checkers of an endpoint see now; undefined where none has looked yet. */
export async function observe({ route53 }: Clients, id: string): Promise<Observed | undefined> {
  const { HealthCheckObservations = [] } = await route53.send(
    new GetHealthCheckStatusCommand({ HealthCheckId: id }),
  )
  const checkers = HealthCheckObservations.length
  if (checkers === 0) return undefined
  const successes = HealthCheckObservations.filter(({ StatusReport }) =>
    StatusReport?.Status?.startsWith('Success'),
  ).length
  return { checkers, successes, healthy: successes / checkers > healthyShare }
}

/**
 * What Route 53 takes an endpoint for: a disabled check is healthy whatever is seen, and an inverted one is the
 * opposite (API reference, UpdateHealthCheck: Disabled, Inverted).
 */
export function effective(config: Partial<HealthCheckConfig>, seenHealthy: boolean): boolean {
  const taken = config.Disabled ? true : seenHealthy
  return config.Inverted ? !taken : taken
}

function sameSet(a: readonly string[], b: readonly (string | undefined)[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one))
}
