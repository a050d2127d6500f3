import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { declareBalancer, type Rules } from './balancer.ts'
import type { Network } from './network.ts'
import { factsOf, protectedIn, type Setting, zoneLetter } from './setting.ts'
import { declareTargets, type Targets } from './targets.ts'
import { allow, declareGroup, type Group } from './walls.ts'

/**
 * The way into a region, at addresses that never change: a network load balancer with an elastic address in each
 * zone hands connections on to an application load balancer, which no one else reaches and which ends TLS, asks for
 * the client's certificate, filters (WAF) and routes.
 *
 * Global Accelerator would give fixed addresses too, but it is paid by the GB on top of the traffic, and its two
 * addresses are the same for all regions: edges could no longer choose a region.
 */
export class Entrance extends pulumi.ComponentResource {
  /** With the addresses. */
  readonly front: aws.lb.LoadBalancer
  /** With the certificate, the rules and the metrics. */
  readonly balancer: aws.lb.LoadBalancer
  readonly balancerGroup: Group
  readonly targets: Targets
  readonly rules: Rules

  constructor(name: string, outer: Setting, { vpc, subnets }: Pick<Network, 'vpc' | 'subnets'>) {
    super('meridian:Entrance', name, {}, outer.opts)
    const setting = { ...outer, opts: { parent: this } }
    const { region } = setting
    const { entrance } = factsOf(setting)
    const { healthPort, healthPath } = setting.fleet.cloud.aws.entrance

    const front = declareGroup(setting, 'entrance', 'The addresses of the region', vpc.id, entrance.port)
    this.balancerGroup = declareGroup(setting, 'balancer', 'Behind the addresses', vpc.id, entrance.port)
    allow(setting, { name: 'anywhere', cidr: '0.0.0.0/0' }, front)
    allow(setting, { name: 'route53-health-checks', prefixList: healthCheckers(setting) }, front, healthPort)
    allow(setting, front, this.balancerGroup)
    allow(setting, front, this.balancerGroup, healthPort)

    this.targets = declareTargets(setting, vpc.id)
    const { balancer, listeners, rules } = declareBalancer(setting, {
      subnets: subnets.private,
      group: this.balancerGroup,
      targets: this.targets,
    })
    this.balancer = balancer
    this.rules = rules
    this.front = new aws.lb.LoadBalancer(
      'front',
      {
        name: `meridian-front-${region}`,
        loadBalancerType: 'network',
        securityGroups: [front.group.id],
        subnetMappings: subnets.public.map(({ zone, subnet }) => ({
          subnetId: subnet.id,
          allocationId: new aws.ec2.Eip(
            `address-${zoneLetter(zone)}`,
            { domain: 'vpc', tags: { Name: entrance.host } },
            protectedIn(setting),
          ).id,
        })),
        enableCrossZoneLoadBalancing: true,
        enableDeletionProtection: true,
      },
      protectedIn(setting),
    )
    for (const [way, listener] of Object.entries(listeners)) {
      this.#handOn(setting, way, listener, vpc.id, healthPort, healthPath)
    }
    this.registerOutputs()
  }

  /** Hands a port on to the same port of the balancer; TLS passes through untouched. */
  #handOn(
    { region, opts }: Setting,
    way: string,
    listener: aws.lb.Listener,
    vpcId: pulumi.Input<string>,
    healthPort: number,
    healthPath: string,
  ): void {
    const target = new aws.lb.TargetGroup(
      `front-${way}-targets`,
      {
        name: `meridian-front-${way}-${shortOf(region)}`,
        vpcId,
        targetType: 'alb',
        protocol: 'TCP',
        port: listener.port.apply((port) => port ?? 443),
        healthCheck: {
          protocol: 'HTTPS',
          // On the port that asks for no certificate: this balancer has none to show.
          port: String(healthPort),
          path: healthPath,
          matcher: '200',
          interval: 10,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
      },
      opts,
    )
    new aws.lb.TargetGroupAttachment(
      `front-${way}-balancer`,
      { targetGroupArn: target.arn, targetId: this.balancer.arn },
      { ...opts, dependsOn: listener },
    )
    new aws.lb.Listener(
      `front-${way}`,
      {
        loadBalancerArn: this.front.arn,
        protocol: 'TCP',
        port: listener.port.apply((port) => port ?? 443),
        defaultActions: [{ type: 'forward', targetGroupArn: target.arn }],
      },
      opts,
    )
  }
}

/** The addresses that Route 53 asks for health from, as a list that AWS keeps. */
function healthCheckers({ region, opts }: Setting): pulumi.Output<string> {
  const name = `com.amazonaws.${region}.route53-healthchecks`
  return aws.ec2.getManagedPrefixListOutput({ name }, opts).id
}

/** A name for a region in 4 characters or less, where a service allows few: `euw1`. */
function shortOf(region: string): string {
  const [area = '', side = '', number = ''] = region.split('-')
  return `${area}${side[0]}${number}`
}
