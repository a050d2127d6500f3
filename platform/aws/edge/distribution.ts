import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { declareCertificate } from './certificate.ts'
import type { Event, Functions } from './functions.ts'
import { isFiles, isReadOnly, type OriginsArgs, originsOf } from './origins.ts'
import type { Policies } from './policies.ts'
import type { Route, Site } from './sites.ts'

export interface EdgeDistributionArgs extends OriginsArgs {
  readonly site: Site
  readonly zoneId: pulumi.Input<string>
  readonly functions: Functions
  readonly policies: Policies
  readonly webAclArn: pulumi.Input<string>
}

type Behavior = Omit<aws.types.input.cloudfront.DistributionOrderedCacheBehavior, 'pathPattern'>

/** A host at the edges of CloudFront: its certificate, its distribution and the metrics of each minute. */
export class EdgeDistribution extends pulumi.ComponentResource {
  readonly distribution: aws.cloudfront.Distribution

  constructor(name: string, args: EdgeDistributionArgs, opts: pulumi.ComponentResourceOptions) {
    super('meridian:EdgeDistribution', name, {}, opts)
    const { site, zoneId, webAclArn } = args
    const inside = { parent: this }
    const { origins, originGroups, targetOf } = originsOf(site, args)
    const whole = site.routes.find(({ path }) => path === '/')
    this.distribution = new aws.cloudfront.Distribution(
      `${name}-distribution`,
      {
        comment: site.host,
        aliases: [site.host],
        enabled: true,
        httpVersion: 'http2and3',
        isIpv6Enabled: true,
        // Its locations lie on every continent.
        priceClass: 'PriceClass_All',
        viewerCertificate: {
          acmCertificateArn: declareCertificate(`${name}-certificate`, site.host, zoneId, inside),
          sslSupportMethod: 'sni-only',
          // The only policy without 1.2. Offers X25519MLKEM768. Source: CloudFront, "Supported protocols and ciphers".
          minimumProtocolVersion: 'TLSv1.3_2025',
        },
        webAclId: webAclArn,
        restrictions: { geoRestriction: { restrictionType: 'none' } },
        origins,
        originGroups,
        defaultCacheBehavior: whole ? behavior(whole, targetOf(whole), args) : unrouted(site, targetOf, args),
        orderedCacheBehaviors: site.routes
          .filter((route) => route !== whole)
          .flatMap((route) =>
            // A path stands for itself and all below it.
            [route.path, `${route.path}/*`].map((pathPattern) => ({
              pathPattern,
              ...behavior(route, targetOf(route), args),
            })),
          ),
        customErrorResponses: errors.map((errorCode) => ({ errorCode, errorCachingMinTtl: 1 })),
      },
      { ...inside, protect: true },
    )
    new aws.cloudfront.MonitoringSubscription(
      `${name}-metrics`,
      {
        distributionId: this.distribution.id,
        monitoringSubscription: {
          realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: 'Enabled' },
        },
      },
      inside,
    )
    this.registerOutputs()
  }
}

/** CloudFront keeps an error for 10 seconds if nothing is said: too long where the origin is back in the next one. */
const errors = [500, 502, 503, 504]

const reads = ['GET', 'HEAD', 'OPTIONS']
const writes = ['DELETE', 'PATCH', 'POST', 'PUT']

function behavior(route: Route, targetOriginId: string, args: EdgeDistributionArgs): Behavior {
  const { policies, functions } = args
  const fromFiles = isFiles(route)
  return {
    targetOriginId,
    viewerProtocolPolicy: 'redirect-to-https',
    allowedMethods: isReadOnly(route) ? reads : [...writes, ...reads],
    cachedMethods: ['GET', 'HEAD'],
    compress: true,
    cachePolicyId: policies.cacheOf(route),
    ...(fromFiles ? {} : { originRequestPolicyId: policies.requestOf(route) }),
    responseHeadersPolicyId: fromFiles ? policies.assetHeaders : policies.headers,
    lambdaFunctionAssociations: (fromFiles ? everywhere : atViewer).map((eventType) => ({
      eventType,
      lambdaArn: functions[eventType],
    })),
  }
}

const atViewer: readonly Event[] = ['viewer-request', 'viewer-response']

/** Where the origin wants a client certificate, CloudFront runs no function beside it: there the policies do its work. */
const everywhere: readonly Event[] = [
  'viewer-request',
  'origin-request',
  'origin-response',
  'viewer-response',
]

/** A path that no route has: the region of the most impatient route says so, and nobody keeps the answer. */
function unrouted(
  { routes }: Site,
  targetOf: (route: Route) => string,
  args: EdgeDistributionArgs,
): Behavior {
  const [impatient = routes[0]] = routes.toSorted((a, b) => a.timeoutMs - b.timeoutMs)
  return {
    ...behavior(impatient, targetOf(impatient), args),
    cachePolicyId: args.policies.cacheOf(undefined),
  }
}
