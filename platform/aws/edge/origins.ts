import type * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../../clusters/fleet.ts'
import type { Assets } from './assets.ts'
import { type RegionSet, type Route, regionSetOf, type Site } from './sites.ts'

type Origin = aws.types.input.cloudfront.DistributionOrigin
type OriginGroup = aws.types.input.cloudfront.DistributionOriginGroup

export interface OriginsArgs {
  readonly fleet: Pick<Fleet, 'routes' | 'regions'>
  readonly sets: readonly RegionSet[]
  readonly assets: Assets
  /** ARN of the certificate that regions know CloudFront by. */
  readonly clientCertificateArn: pulumi.Input<string>
}

export interface Origins {
  readonly origins: Origin[]
  readonly originGroups: OriginGroup[]
  /** What the behavior of a route asks. */
  targetOf(route: Route): string
}

/** The upstream whose answers are files, and lie in S3. */
const files = 'assets'

export function isFiles({ upstream }: Route): boolean {
  return upstream === files
}

/**
 * A route may be asked again elsewhere when asking twice does no harm: everybody's answers, kept for a while, which
 * are read only. CloudFront takes no other method on a group of origins; writes follow the failover of DNS.
 */
export function isReadOnly({ public: isPublic, cacheSeconds }: Route): boolean {
  return isPublic && cacheSeconds > 0
}

/** The origins of a host's routes: a pair for each set of regions and time limit, in a group for what is read only. */
export function originsOf({ routes }: Site, args: OriginsArgs): Origins {
  const origins = new Map<string, Origin>()
  const groups = new Map<string, OriginGroup>()
  const addGroup = (id: string, first: Origin, second: Origin) => {
    for (const origin of [first, second]) origins.set(String(origin.originId), origin)
    const members = [{ originId: first.originId }, { originId: second.originId }]
    groups.set(id, { originId: id, failoverCriteria: { statusCodes: failures }, members })
    return id
  }
  const targets = new Map(
    routes.map((route) => {
      if (isFiles(route)) {
        return [route, addGroup('files', fileOrigin(args.assets.first), fileOrigin(args.assets.second))]
      }
      const set = regionSetOf(args.sets, route, args.fleet)
      const seconds = Math.ceil(route.timeoutMs / 1000)
      const first = regionOrigin(`${set.name}-${seconds}s`, set.first, set, seconds, args)
      if (!isReadOnly(route)) {
        origins.set(String(first.originId), first)
        return [route, String(first.originId)]
      }
      const second = regionOrigin(`${set.name}-second-${seconds}s`, set.second, set, seconds, args)
      return [route, addGroup(`${set.name}-${seconds}s-failover`, first, second)]
    }),
  )
  return {
    origins: [...origins.values()],
    originGroups: [...groups.values()],
    targetOf: (route) => targets.get(route) ?? '',
  }
}

/** Those that say that the region, not the request, is at fault. */
const failures = [500, 502, 503, 504]

/**
 * CloudFront's list of versions for origins ends at 1.2, which it then takes as the least: entrances speak 1.3 alone.
 * Shows its client certificate; hence no function may run at origin-request or origin-response.
 */
function regionOrigin(
  originId: string,
  domainName: string,
  { port }: RegionSet,
  seconds: number,
  { clientCertificateArn }: OriginsArgs,
): Origin {
  return {
    originId,
    domainName,
    connectionAttempts: 2,
    connectionTimeout: 3,
    customOriginConfig: {
      httpPort: 80,
      httpsPort: port,
      originProtocolPolicy: 'https-only',
      originSslProtocols: ['TLSv1.2'],
      originReadTimeout: seconds,
      originKeepaliveTimeout: 60,
      originMtlsConfig: { clientCertificateArn },
    },
  }
}

function fileOrigin({ id, domainName, originAccessControlId }: Assets['first']): Origin {
  return { originId: id, domainName, originAccessControlId }
}
