import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { PlatformError } from '../../stack.ts'
import { declareAddons } from './addons.ts'
import type { Entrance } from './entrance.ts'
import { declareLogGroup } from './logs.ts'
import { managedRole } from './managed-role.ts'
import type { Network } from './network.ts'
import { scaleNodes } from './node-scaling.ts'
import { declareNodes, openNodes } from './nodes.ts'
import { declareOperators } from './operators.ts'
import { declarePodRoles } from './pod-roles.ts'
import type { Reachables } from './reach.ts'
import { keyOf, protectedIn, type Setting } from './setting.ts'
import { declareGroup, type Group } from './walls.ts'

/** The control plane's API. */
const port = 443

/**
 * The region's Kubernetes cluster, the one that clusters/fleet/ lists with `distribution: eks`: AWS runs its control
 * plane, which nobody reaches from outside the network, and its nodes are replaced, never changed.
 */
export class Eks extends pulumi.ComponentResource {
  readonly cluster: aws.eks.Cluster
  /** Name of the nodes' autoscaling group. */
  readonly scalingGroup: pulumi.Output<string>
  readonly nodes: Group

  constructor(name: string, outer: Setting, network: Network, entrance: Entrance, reachables: Reachables) {
    super('meridian:Eks', name, {}, outer.opts)
    const setting = { ...outer, opts: { parent: this } }
    const controlPlane = declareGroup(setting, 'control-plane', 'The Kubernetes API', network.vpc.id, port)
    this.nodes = openNodes(setting, network, entrance, reachables, controlPlane)
    this.cluster = declareCluster(setting, network, controlPlane)
    const nodeGroup = declareNodes(setting, this.cluster, this.nodes, network.subnets.private)
    declareOperators(setting, this.cluster)
    declareAddons(setting, this.cluster, nodeGroup)
    declarePodRoles(setting, this.cluster, clusterNameOf(setting), reachables)
    this.scalingGroup = nodeGroup.resources.apply(([first]) => first?.autoscalingGroups?.[0]?.name ?? '')
    scaleNodes(setting, this.scalingGroup, this.cluster, entrance)
    this.registerOutputs()
  }
}

/** The cluster of the facts that lies in this region. @throws {PlatformError} where there is not just one */
export function clusterNameOf({ region, fleet }: Pick<Setting, 'region' | 'fleet'>): string {
  const names = fleet.clusters
    .filter((cluster) => cluster.distribution === 'eks' && cluster.region === region)
    .map((cluster) => cluster.name)
  const [name] = names
  if (name && names.length === 1) return name
  throw new PlatformError(
    'clusters/fleet',
    `${region} computes on EKS, but ${names.length} clusters of that distribution lie in it`,
    'let exactly one file there say `distribution: eks` and this region',
  )
}

function declareCluster(setting: Setting, { subnets }: Network, controlPlane: Group): aws.eks.Cluster {
  const { fleet } = setting
  const name = clusterNameOf(setting)
  const { role, policies } = managedRole(setting, 'control-plane-role', {
    name: `meridian-${name}-control-plane`,
    description: 'What the control plane does in our network.',
    service: 'eks.amazonaws.com',
    policies: ['AmazonEKSClusterPolicy'],
  })
  const logs = declareLogGroup(setting, 'control-plane-logs', `/aws/eks/${name}/cluster`)
  return new aws.eks.Cluster(
    'cluster',
    {
      name,
      roleArn: role.arn,
      version: kubernetesOf(fleet.platform.kubernetes.k3s),
      vpcConfig: {
        subnetIds: subnets.private.map(({ subnet }) => subnet.id),
        securityGroupIds: [controlPlane.group.id],
        endpointPrivateAccess: true,
        endpointPublicAccess: false,
      },
      // Who may do what is said by access entries, which the trail shows; nobody is administrator by having made it.
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
      encryptionConfig: { resources: ['secrets'], provider: { keyArn: keyOf(setting, 'secrets') } },
      enabledClusterLogTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
      bootstrapSelfManagedAddons: false,
      upgradePolicy: { supportType: 'STANDARD' },
      zonalShiftConfig: { enabled: true },
      deletionProtection: true,
    },
    { ...protectedIn(setting), dependsOn: [logs, ...policies] },
  )
}

/** The minor release that the whole fleet runs: `1.36` of `v1.36.3+k3s1`. */
function kubernetesOf(k3s: string): string {
  const [, minor = ''] = /^v(\d+\.\d+)\./.exec(k3s) ?? []
  return minor
}
