import * as cloudflare from '@pulumi/cloudflare'
import type * as pulumi from '@pulumi/pulumi'
import type { PublicHost, Route } from '../aws/_lib/hosts.ts'
import type { Rule } from './custom-rules.ts'
import { answeredBy } from './expressions.ts'

/**
 * What may be kept at the edge, and for how long. An origin's word counts; where it says nothing, the route's
 * `cacheSeconds` does. This cache knows no users, so it keeps what is public; what is kept for a user the Worker keeps.
 */
export function declareCaching(hosts: readonly PublicHost[], zoneId: pulumi.Input<string>): void {
  const answers = hosts.flatMap((host) => host.routes.map((route) => ({ route, host })))
  new cloudflare.Ruleset('cache-requests', {
    zoneId,
    kind: 'zone',
    phase: 'http_request_cache_settings',
    name: 'meridian cache-requests',
    description: 'Which routes may be kept',
    rules: answers.map(keepOrPass),
  })
  new cloudflare.Ruleset('cache-responses', {
    zoneId,
    kind: 'zone',
    phase: 'http_response_cache_settings',
    name: 'meridian cache-responses',
    description: 'How long, where the origin does not say',
    rules: answers.filter(({ route }) => isKept(route)).map(keepFor),
  })
  // A data centre asks one that is nearer to the region, before that is asked.
  new cloudflare.TieredCache('cache-tiers', { zoneId, value: 'on' })
}

interface Answer {
  readonly route: Route
  readonly host: PublicHost
}

function keepOrPass({ route, host }: Answer): Rule {
  const kept = {
    cache: true,
    edgeTtl: { mode: 'respect_origin' },
    browserTtl: { mode: 'respect_origin' },
    cacheKey: { cacheDeceptionArmor: true, ignoreQueryStringsOrder: true },
    respectStrongEtags: true,
    // The old answer is given while a new one is fetched.
    serveStale: { disableStaleWhileUpdating: false },
  }
  return {
    ref: `keep-${route.id}`,
    description: isKept(route) ? `${route.id} may be kept` : `${route.id} is never kept`,
    expression: answeredBy(route, host),
    action: 'set_cache_settings',
    actionParameters: isKept(route) ? kept : { cache: false },
    enabled: true,
  }
}

function keepFor({ route, host }: Answer): Rule {
  const saysNothing = ['cache-control', 'cdn-cache-control', 'cloudflare-cdn-cache-control', 'expires']
    .map((name) => `not any(http.response.headers.names[*] eq "${name}")`)
    .join(' and ')
  return {
    ref: `keep-${route.id}-seconds`,
    description: `${route.id}: ${route.cacheSeconds} s`,
    expression: `${answeredBy(route, host)} and http.response.code eq 200 and ${saysNothing}`,
    action: 'set_cache_control',
    actionParameters: {
      sMaxage: { operation: 'set', value: route.cacheSeconds, cloudflareOnly: true },
    },
    enabled: true,
  }
}

function isKept(route: Route): boolean {
  return route.public && route.cacheSeconds > 0
}
