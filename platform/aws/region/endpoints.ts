import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { policy } from '../_lib/iam.ts'
import type { Setting, Subnet } from './setting.ts'
import type { Group } from './walls.ts'

/** Where endpoints are put. */
export interface Inside {
  readonly vpcId: pulumi.Input<string>
  readonly subnets: readonly Subnet[]
  readonly group: Group
  /** The tables whose subnets reach S3 and DynamoDB. */
  readonly tables: readonly aws.ec2.RouteTable[]
}

/** The APIs of AWS that tasks, nodes and sites call: each answers inside the network, so that no call leaves it. */
const interfaces: Readonly<Record<string, string>> = {
  'ecr.api': 'registry-api',
  'ecr.dkr': 'registry',
  sts: 'sts',
  secretsmanager: 'secrets',
  kms: 'kms',
  logs: 'logs',
  monitoring: 'metrics',
  xray: 'traces',
  'sagemaker.runtime': 'models',
}

/** What only machines of a Kubernetes cluster call. */
const forNodes: Readonly<Record<string, string>> = {
  ec2: 'machines',
  eks: 'kubernetes',
  'eks-auth': 'kubernetes-identity',
}

/** What only sites call, and those reach the home region's. */
const forSites: Readonly<Record<string, string>> = { rolesanywhere: 'site-roles' }

/** S3 and DynamoDB by route, free of charge; the others by an address in each zone. */
export function declareEndpoints(
  { region, fleet, opts }: Setting,
  { vpcId, subnets, group, tables }: Inside,
): Readonly<Record<'s3' | 'dynamodb', pulumi.Output<string>>> {
  const gateway = (service: 's3' | 'dynamodb') =>
    new aws.ec2.VpcEndpoint(
      `endpoint-${service}`,
      {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Gateway',
        routeTableIds: tables.map(({ id }) => id),
        ...(service === 'dynamodb' ? { policy: ours(fleet.cloud.aws.account) } : {}),
      },
      opts,
    ).prefixListId
  const services = {
    ...interfaces,
    ...(fleet.regions[region]?.compute === 'eks' ? forNodes : {}),
    ...(region === fleet.platform.homeRegion ? forSites : {}),
  }
  for (const [service, name] of Object.entries(services)) {
    new aws.ec2.VpcEndpoint(
      `endpoint-${name}`,
      {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: subnets.map(({ subnet }) => subnet.id),
        securityGroupIds: [group.group.id],
        // A site that asks for its role has a certificate to show, and no account yet.
        ...(service in forSites ? {} : { policy: ours(fleet.cloud.aws.account) }),
      },
      opts,
    )
  }
  return { s3: gateway('s3'), dynamodb: gateway('dynamodb') }
}

/**
 * By our principals alone: a stolen key of another account cannot carry data out by them. S3's is left open, because
 * the layers of AWS's own images lie in AWS's buckets; what our roles may read and write there is in their policies.
 */
function ours(account: string) {
  return policy({
    Sid: 'OurPrincipals',
    Principal: '*',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalAccount': account } },
  })
}
