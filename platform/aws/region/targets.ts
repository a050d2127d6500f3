import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { PlatformError } from '../../stack.ts'
import type { Setting } from './setting.ts'

/** A target group for each upstream that the region answers for, by the upstream's name. */
export type Targets = ReadonlyMap<string, aws.lb.TargetGroup>

/** The upstreams of routes.yaml that this region answers for. */
export function upstreamsOf({ region, fleet }: Pick<Setting, 'region' | 'fleet'>): readonly string[] {
  return Object.entries(fleet.routes.upstreams)
    .filter(([, { regions }]) => regions.includes(region))
    .map(([name]) => name)
    .toSorted()
}

/** What the facts say of an upstream's service. @throws {PlatformError} where they say nothing */
export function serviceOf({ fleet }: Pick<Setting, 'fleet'>, upstream: string) {
  const service = fleet.cloud.aws.compute.services[upstream]
  if (service) return service
  throw new PlatformError(
    'clusters/cloud.yaml',
    `compute.services says nothing of ${upstream}, an upstream of routes.yaml`,
    'add its node port and what it may reach',
  )
}

/**
 * Where the balancer sends each upstream's requests: to tasks by address, to the nodes of a Kubernetes cluster by
 * port. The hop is TLS; the balancer cannot show a certificate there, and the security group of the targets lets
 * nobody but the balancer in (Elastic Load Balancing does not verify a target's certificate either).
 */
export function declareTargets(setting: Setting, vpcId: pulumi.Input<string>): Targets {
  const { region, fleet, opts } = setting
  const { port } = fleet.cloud.aws.compute
  const onNodes = fleet.regions[region]?.compute === 'eks'
  return new Map(
    upstreamsOf(setting).map((upstream) => [
      upstream,
      new aws.lb.TargetGroup(
        `${upstream}-targets`,
        {
          name: `meridian-${upstream}`,
          vpcId,
          targetType: onNodes ? 'instance' : 'ip',
          protocol: 'HTTPS',
          port: onNodes ? serviceOf(setting, upstream).nodePort : port,
          loadBalancingAlgorithmType: 'least_outstanding_requests',
          deregistrationDelay: 30,
          healthCheck: {
            protocol: 'HTTPS',
            path: fleet.cloud.aws.entrance.healthPath,
            matcher: '200',
            interval: 10,
            timeout: 5,
            healthyThreshold: 2,
            unhealthyThreshold: 2,
          },
        },
        opts,
      ),
    ]),
  )
}
