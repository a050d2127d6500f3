import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { declareEndpoints } from './endpoints.ts'
import { declareFlowLogs } from './flow-logs.ts'
import { factsOf, type Setting, type Subnet, zoneLetter } from './setting.ts'
import { subnetsOf, type Tier, tiers } from './subnets.ts'
import { allow, declareGroup, type Group } from './walls.ts'

/** A region's VPC: three zones, five tiers of subnets, the ways out, the endpoints of AWS's APIs, flow logs. */
export class Network extends pulumi.ComponentResource {
  readonly vpc: aws.ec2.Vpc
  readonly subnets: Readonly<Record<Tier, readonly Subnet[]>>
  /** Prefix lists of the gateway endpoints, by service: what a security group names them by. */
  readonly prefixLists: Readonly<Record<'s3' | 'dynamodb', pulumi.Output<string>>>
  /** The interface endpoints. */
  readonly endpoints: Group

  constructor(name: string, outer: Setting) {
    super('meridian:Network', name, {}, outer.opts)
    const setting = { ...outer, opts: { parent: this } }
    const { network, natGateways } = factsOf(setting)
    this.vpc = new aws.ec2.Vpc(
      'vpc',
      {
        cidrBlock: network,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: { Name: `meridian-${setting.region}` },
      },
      setting.opts,
    )
    // What names no group gets this one, which lets nothing in or out.
    new aws.ec2.DefaultSecurityGroup('nothing', { vpcId: this.vpc.id, ingress: [], egress: [] }, setting.opts)
    this.subnets = declareSubnets(setting, this.vpc.id)
    const tables = declareRoutes(setting, this.vpc.id, this.subnets, natGateways)
    this.endpoints = declareGroup(setting, 'endpoints', 'Endpoints of AWS APIs', this.vpc.id, 443)
    this.prefixLists = declareEndpoints(setting, {
      vpcId: this.vpc.id,
      subnets: this.subnets.endpoints,
      group: this.endpoints,
      tables,
    })
    // The sites' clusters fetch secrets and images by the home region's endpoints.
    const { homeRegion, sites } = setting.fleet.platform
    if (setting.region === homeRegion) allow(setting, { cidr: sites, name: 'sites' }, this.endpoints)
    declareFlowLogs(setting, this.vpc.id)
    this.registerOutputs()
  }
}

function declareSubnets(setting: Setting, vpcId: pulumi.Input<string>): Network['subnets'] {
  const plan = subnetsOf(setting.region, setting.fleet)
  const { zones } = factsOf(setting)
  const declareTier = (tier: Tier): readonly Subnet[] =>
    zones.map((zone, index) => {
      const cidr = plan[tier][index] ?? ''
      const name = `${tier}-${zoneLetter(zone)}`
      const subnet = new aws.ec2.Subnet(
        name,
        {
          vpcId,
          cidrBlock: cidr,
          availabilityZone: zone,
          mapPublicIpOnLaunch: false,
          tags: { Name: `meridian-${name}` },
        },
        setting.opts,
      )
      return { zone, cidr, subnet }
    })
  return {
    public: declareTier('public'),
    private: declareTier('private'),
    data: declareTier('data'),
    cache: declareTier('cache'),
    endpoints: declareTier('endpoints'),
  }
}

/** One route table for public subnets, one a zone for private ones, one without any way out for the rest. */
function declareRoutes(
  { opts }: Setting,
  vpcId: pulumi.Input<string>,
  subnets: Network['subnets'],
  natGateways: 1 | 3,
): readonly aws.ec2.RouteTable[] {
  const internet = new aws.ec2.InternetGateway('internet', { vpcId }, opts)
  const table = (name: string) =>
    new aws.ec2.RouteTable(`${name}-table`, { vpcId, tags: { Name: `meridian-${name}` } }, opts)
  const join = (name: string, { subnet }: Subnet, { id }: aws.ec2.RouteTable) =>
    new aws.ec2.RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: id }, opts)

  const open = table('public')
  new aws.ec2.Route(
    'public-out',
    { routeTableId: open.id, destinationCidrBlock: '0.0.0.0/0', gatewayId: internet.id },
    opts,
  )
  const ways = subnets.public.slice(0, natGateways).map(({ zone, subnet }) => {
    const name = `nat-${zoneLetter(zone)}`
    const address = new aws.ec2.Eip(`${name}-address`, { domain: 'vpc' }, opts)
    return new aws.ec2.NatGateway(
      name,
      { subnetId: subnet.id, allocationId: address.id },
      { ...opts, dependsOn: internet },
    )
  })
  const inner = subnets.private.map(({ zone }, index) => {
    const name = `private-${zoneLetter(zone)}`
    const one = table(name)
    const way = ways[index % ways.length]
    if (way) {
      new aws.ec2.Route(
        `${name}-out`,
        { routeTableId: one.id, destinationCidrBlock: '0.0.0.0/0', natGatewayId: way.id },
        opts,
      )
    }
    return one
  })
  const closed = table('closed')
  for (const tier of tiers) {
    for (const [index, subnet] of subnets[tier].entries()) {
      const to = { public: open, private: inner[index] ?? closed }[tier as string] ?? closed
      join(`${tier}-${zoneLetter(subnet.zone)}-routes`, subnet, to)
    }
  }
  return [...inner, closed]
}
