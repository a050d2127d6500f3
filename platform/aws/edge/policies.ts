import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { Route, Site } from './sites.ts'

export interface Policies {
  /** Id of the cache policy of a route. */
  cacheOf(route: Route | undefined): pulumi.Output<string>
  /** Id of the policy for what a region gets of a route's requests. */
  requestOf(route: Route): pulumi.Output<string>
  /** Headers of every answer, those of errors among them, which no viewer-response function sees. */
  readonly headers: pulumi.Output<string>
  /** The same for what pages of other hosts load. */
  readonly assetHeaders: pulumi.Output<string>
}

/** The policies that the behaviors of all distributions share, and one cache policy for each route that is cached. */
export function declarePolicies(sites: readonly Site[], opts: pulumi.CustomResourceOptions): Policies {
  const uncached = declareUncached(opts)
  const whole = declareWholeRequest(opts)
  const shared = declareSharedRequest(opts)
  const caches = new Map(
    sites
      .flatMap(({ routes }) => routes)
      .filter(({ cacheSeconds }) => cacheSeconds > 0)
      .map((route) => [route.id, declareCache(route, opts)]),
  )
  return {
    cacheOf: (route) => caches.get(route?.id ?? '')?.id ?? uncached.id,
    requestOf: ({ cacheSeconds }) => (cacheSeconds > 0 ? shared.id : whole.id),
    headers: declareHeaders('pages', undefined, opts).id,
    assetHeaders: declareHeaders(
      'assets',
      sites.map(({ host }) => `https://${host}`),
      opts,
    ).id,
  }
}

const yearSeconds = 365 * 24 * 3600

/** The origin's own Cache-Control counts; a route's `cacheSeconds` where it says nothing. */
function declareCache({ id, public: isPublic, cacheSeconds }: Route, opts: pulumi.CustomResourceOptions) {
  return new aws.cloudfront.CachePolicy(
    `cache-${id}`,
    {
      name: `meridian-${id}`,
      comment: isPublic ? 'One answer for all' : 'An answer for each token',
      minTtl: 0,
      defaultTtl: cacheSeconds,
      maxTtl: yearSeconds,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: 'none' },
        headersConfig: isPublic
          ? { headerBehavior: 'none' }
          : { headerBehavior: 'whitelist', headers: { items: ['Authorization'] } },
        queryStringsConfig: { queryStringBehavior: 'all' },
        enableAcceptEncodingBrotli: true,
        enableAcceptEncodingGzip: true,
      },
    },
    opts,
  )
}

function declareUncached(opts: pulumi.CustomResourceOptions) {
  return new aws.cloudfront.CachePolicy(
    'cache-nothing',
    {
      name: 'meridian-nothing',
      comment: 'Routes with cacheSeconds 0',
      minTtl: 0,
      defaultTtl: 0,
      maxTtl: 0,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: 'none' },
        headersConfig: { headerBehavior: 'none' },
        queryStringsConfig: { queryStringBehavior: 'none' },
      },
    },
    opts,
  )
}

/** All of it, and what CloudFront knows of the client: for answers that nobody else gets. */
function declareWholeRequest(opts: pulumi.CustomResourceOptions) {
  return new aws.cloudfront.OriginRequestPolicy(
    'request-whole',
    {
      name: 'meridian-whole',
      cookiesConfig: { cookieBehavior: 'all' },
      queryStringsConfig: { queryStringBehavior: 'all' },
      headersConfig: {
        headerBehavior: 'allViewerAndWhitelistCloudFront',
        headers: {
          items: ['CloudFront-Viewer-Address', 'CloudFront-Viewer-ASN', 'CloudFront-Viewer-Country'],
        },
      },
    },
    opts,
  )
}

/** Nothing of the client but what is in the cache's key: the answer is kept for others. */
function declareSharedRequest(opts: pulumi.CustomResourceOptions) {
  return new aws.cloudfront.OriginRequestPolicy(
    'request-shared',
    {
      name: 'meridian-shared',
      cookiesConfig: { cookieBehavior: 'none' },
      queryStringsConfig: { queryStringBehavior: 'all' },
      headersConfig: {
        headerBehavior: 'whitelist',
        headers: { items: ['Host', 'Origin', 'traceparent', 'tracestate'] },
      },
    },
    opts,
  )
}

function declareHeaders(
  name: string,
  readers: readonly string[] | undefined,
  opts: pulumi.CustomResourceOptions,
) {
  return new aws.cloudfront.ResponseHeadersPolicy(
    `headers-${name}`,
    {
      name: `meridian-${name}`,
      securityHeadersConfig: {
        strictTransportSecurity: {
          accessControlMaxAgeSec: 2 * yearSeconds,
          includeSubdomains: true,
          preload: true,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: 'DENY', override: true },
        referrerPolicy: { referrerPolicy: 'strict-origin-when-cross-origin', override: true },
        // An origin's stricter or wider one counts: only a page knows what it loads.
        contentSecurityPolicy: {
          contentSecurityPolicy: "default-src 'self'; frame-ancestors 'none'; base-uri 'self'",
          override: false,
        },
      },
      removeHeadersConfig: { items: [{ header: 'Server' }, { header: 'X-Powered-By' }] },
      ...(readers
        ? {
            corsConfig: {
              accessControlAllowCredentials: false,
              accessControlAllowHeaders: { items: ['*'] },
              accessControlAllowMethods: { items: ['GET', 'HEAD', 'OPTIONS'] },
              accessControlAllowOrigins: { items: [...readers] },
              originOverride: true,
            },
          }
        : {}),
    },
    opts,
  )
}
