import type { Fleet } from '../../clusters/fleet.ts'
import type { PublicHost } from '../aws/_lib/hosts.ts'
import { PlatformError } from '../stack.ts'
import type { Rule } from './custom-rules.ts'
import { answeredBy } from './expressions.ts'

const periodSeconds = 60

/**
 * The same rates as AWS WAF has (`cloud.aws.waf`): of the routes that allow a client less, then of all. Cloudflare
 * counts in each of its data centres.
 *
 * @throws {PlatformError} for a rate of a route that does not exist
 */
export function rateRules({ cloud }: Pick<Fleet, 'cloud'>, hosts: readonly PublicHost[]): readonly Rule[] {
  const { requestsPerMinute, routes } = cloud.aws.waf
  return [
    ...Object.entries(routes).map(([id, limit]) => rate(id, limit, expressionOf(id, hosts))),
    rate('all', requestsPerMinute, 'true'),
  ]
}

function expressionOf(id: string, hosts: readonly PublicHost[]): string {
  for (const host of hosts) {
    const route = host.routes.find((one) => one.id === id)
    if (route) return answeredBy(route, host)
  }
  const known = hosts.flatMap(({ routes }) => routes.map((route) => route.id))
  throw new PlatformError(
    'clusters/cloud.yaml',
    `aws.waf.routes limits ${id}, which routes.yaml does not have`,
    `its routes are: ${known.join(', ')}`,
  )
}

function rate(id: string, requestsPerPeriod: number, expression: string): Rule {
  return {
    ref: `rate-${id}`,
    description: `${requestsPerPeriod} requests a minute of one address: ${id}`,
    expression,
    action: 'block',
    ratelimit: {
      characteristics: ['ip.src', 'cf.colo.id'],
      period: periodSeconds,
      requestsPerPeriod,
      mitigationTimeout: periodSeconds,
    },
    enabled: true,
  }
}
