import type * as aws from '@pulumi/aws'
import { PlatformError } from '../../stack.ts'
import type { WebAclOptions } from './waf.ts'

type WebAclRule = aws.types.input.wafv2.WebAclRule
export type Rule = Pick<WebAclRule, 'action' | 'overrideAction' | 'statement'> & { readonly name: string }

/** The threat list's addresses of one version. */
export interface ThreatSet {
  readonly version: 'ipv4' | 'ipv6'
  readonly set: aws.wafv2.IpSet
}

type RulesOptions = Pick<WebAclOptions, 'scope' | 'applications' | 'fleet'> & {
  readonly threats: readonly ThreatSet[]
}

/**
 * The rules in the order in which they are asked: what costs least first. In a region a request's own address is the
 * edge's, so there the client's is read from the header that edges add it to. Who wrote the beginning of that header
 * is not known: reputation is judged at the edge alone, and a region's rates are only a second line.
 */
export function rulesOf(options: RulesOptions): readonly Rule[] {
  const atEdge = options.scope === 'CLOUDFRONT'
  return [
    ...options.threats.map((threats) => listed(threats, atEdge)),
    // A load balancer answers other hosts with its own 404, and its health checks call it by address.
    ...(atEdge ? [otherHosts(options.applications)] : []),
    ...otherPaths(options),
    ...rates(options, atEdge),
    ...(atEdge ? reputation : []),
    ...owasp,
    ...(atEdge && options.fleet.cloud.aws.waf.botControl ? [botControl] : []),
  ]
}

const clientHeader = 'X-Forwarded-For'

function listed({ version, set }: ThreatSet, atEdge: boolean): Rule {
  const ipSetForwardedIpConfig = { headerName: clientHeader, fallbackBehavior: 'NO_MATCH', position: 'ANY' }
  return {
    name: `threats-${version}`,
    action: { block: {} },
    statement: {
      ipSetReferenceStatement: { arn: set.arn, ...(atEdge ? {} : { ipSetForwardedIpConfig }) },
    },
  }
}

function otherHosts(applications: readonly string[]): Rule {
  return {
    name: 'other-hosts',
    action: { block: {} },
    statement: { notStatement: { statement: { regexMatchStatement: hostIs(...applications) } } },
  }
}

/** Each application whose routes leave paths over: what asks for those looks for something to break. */
function otherPaths({ applications, fleet }: RulesOptions): readonly Rule[] {
  return applications.flatMap((host) => {
    const paths = fleet.routes.routes.filter((route) => route.host === host).map(({ path }) => path)
    if (paths.length === 0 || paths.includes('/')) return []
    const statements = [
      { regexMatchStatement: hostIs(host) },
      { notStatement: { statement: { regexMatchStatement: pathIs(...paths) } } },
    ]
    return [
      {
        name: `other-paths-${host.split('.')[0]}`,
        action: { block: { customResponse: { responseCode: 404 } } },
        statement: { andStatement: { statements } },
      },
    ]
  })
}

/** One client's requests in a minute: of all there is, then of the routes that the facts allow less. */
function rates({ applications, fleet }: RulesOptions, atEdge: boolean): readonly Rule[] {
  const { requestsPerMinute, routes: limits } = fleet.cloud.aws.waf
  const rate = (name: string, limit: number, scopeDownStatement?: ScopeDown): Rule => ({
    name,
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: {
      rateBasedStatement: {
        limit,
        evaluationWindowSec: 60,
        ...(atEdge
          ? { aggregateKeyType: 'IP' }
          : {
              aggregateKeyType: 'FORWARDED_IP',
              forwardedIpConfig: { headerName: clientHeader, fallbackBehavior: 'NO_MATCH' },
            }),
        ...(scopeDownStatement ? { scopeDownStatement } : {}),
      },
    },
  })
  const ofRoutes = Object.entries(limits).flatMap(([id, limit]) => {
    const route = fleet.routes.routes.find((one) => one.id === id)
    if (!route) {
      throw new PlatformError(
        'clusters/cloud.yaml',
        `aws.waf.routes limits ${id}, which routes.yaml does not have`,
        `its routes are: ${fleet.routes.routes.map((one) => one.id).join(', ')}`,
      )
    }
    if (!applications.includes(route.host)) return []
    return [rate(`rate-${id}`, limit, routeIs(route))]
  })
  return [rate('rate', requestsPerMinute), ...ofRoutes]
}

type ScopeDown = aws.types.input.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatement

function routeIs({ host, path }: { readonly host: string; readonly path: string }): ScopeDown {
  const regexMatchStatement = hostIs(host)
  if (path === '/') return { regexMatchStatement }
  return { andStatement: { statements: [{ regexMatchStatement }, { regexMatchStatement: pathIs(path) }] } }
}

/** A path stands for itself and all below it. */
function pathIs(...paths: readonly string[]) {
  const prefixes = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`))).toSorted()
  return {
    fieldToMatch: { uriPath: {} },
    regexString: `^(${prefixes.map(escaped).join('|')})(/.*)?$`,
    textTransformations: [{ priority: 0, type: 'NORMALIZE_PATH' }],
  }
}

/** A Host header names its port where that is not 443. */
function hostIs(...hosts: readonly string[]) {
  const names = hosts.map(escaped).toSorted()
  return {
    fieldToMatch: { singleHeader: { name: 'host' } },
    regexString: `^(${names.join('|')})(:[0-9]+)?$`,
    textTransformations: [{ priority: 0, type: 'LOWERCASE' }],
  }
}

function escaped(text: string): string {
  return text.replaceAll('.', '\\.')
}

/** Amazon's lists: who attacked others lately, and who hides. A client in a data centre is counted, many are honest. */
const reputation = [
  managed('reputation', 'AWSManagedRulesAmazonIpReputationList'),
  managed('anonymous', 'AWSManagedRulesAnonymousIpList', ['HostingProviderIPList']),
]

/** Bodies over 8 KB are counted, not refused: images for inference are larger. Capacity: 200 + 700 + 200 of 5,000. */
const owasp = [
  managed('known-bad-inputs', 'AWSManagedRulesKnownBadInputsRuleSet'),
  managed('owasp-common', 'AWSManagedRulesCommonRuleSet', ['SizeRestrictions_BODY']),
  managed('owasp-sql-injection', 'AWSManagedRulesSQLiRuleSet'),
]

const botControl = managed('bots', 'AWSManagedRulesBotControlRuleSet')

function managed(name: string, group: string, counted: readonly string[] = []): Rule {
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name: group,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  }
}
