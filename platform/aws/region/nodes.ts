import * as aws from '@pulumi/aws'
import type { Entrance } from './entrance.ts'
import { managedRole } from './managed-role.ts'
import type { Network } from './network.ts'
import { openTheWay } from './outward.ts'
import { openWays, type Reachables } from './reach.ts'
import { keyOf, type Setting, type Subnet } from './setting.ts'
import { serviceOf } from './targets.ts'
import { allow, declareGroup, type Group } from './walls.ts'

/** The kubelet's port. */
const kubelet = 10250

/** Where webhooks of the fleet's apps answer the control plane, beside the kubelet's port. */
const webhooks = [443, 8443, 9443]

/**
 * Who reaches the nodes: the balancer by the port of each service (the control in place of mutual TLS on that hop),
 * the control plane, and each other. Pods have their node's group; what one pod may say to another is said by the
 * network policies inside.
 */
export function openNodes(
  setting: Setting,
  network: Network,
  entrance: Entrance,
  reachables: Reachables,
  controlPlane: Group,
): Group {
  const nodes = declareGroup(setting, 'nodes', 'The nodes and their pods', network.vpc.id, kubelet)
  for (const upstream of entrance.targets.keys()) {
    allow(setting, entrance.balancerGroup, nodes, serviceOf(setting, upstream).nodePort)
  }
  allow(setting, controlPlane, nodes)
  for (const port of webhooks) allow(setting, controlPlane, nodes, port)
  allow(setting, nodes, controlPlane)
  const self = {
    securityGroupId: nodes.group.id,
    referencedSecurityGroupId: nodes.group.id,
    ipProtocol: '-1',
  }
  new aws.vpc.SecurityGroupIngressRule('nodes-to-nodes', { ...self, description: 'Each other' }, setting.opts)
  new aws.vpc.SecurityGroupEgressRule(
    'nodes-to-nodes-out',
    { ...self, description: 'Each other' },
    setting.opts,
  )
  openWays(setting, nodes, reachables)
  openTheWay(setting, nodes, network)
  // Argo CD pulls, here as at every site.
  const { git, charts } = setting.fleet.platform.egress
  for (const cidr of new Set([...git, ...charts])) {
    allow(setting, nodes, { name: `git-${cidr.split('/')[0]?.replaceAll('.', '-')}`, cidr })
  }
  return nodes
}

/** Machines that come and go: an image without a shell, encrypted disks, no pod reaches the machine's own role. */
export function declareNodes(
  setting: Setting,
  cluster: aws.eks.Cluster,
  group: Group,
  subnets: readonly Subnet[],
): aws.eks.NodeGroup {
  const { fleet, opts } = setting
  const { type, diskGiB, min, max } = fleet.cloud.aws.compute.node
  const { role, policies } = managedRole(setting, 'node-role', {
    name: `meridian-${setting.region}-node`,
    description: 'What a node does before it has pods: join, and pull images.',
    service: 'ec2.amazonaws.com',
    policies: ['AmazonEKSWorkerNodeMinimalPolicy', 'AmazonEC2ContainerRegistryPullOnly'],
  })
  const disk = (deviceName: string, volumeSize: number) => ({
    deviceName,
    ebs: {
      volumeSize,
      volumeType: 'gp3',
      encrypted: 'true',
      kmsKeyId: keyOf(setting, 'data'),
      deleteOnTermination: 'true',
    },
  })
  const template = new aws.ec2.LaunchTemplate(
    'node-template',
    {
      name: `meridian-${setting.region}-nodes`,
      updateDefaultVersion: true,
      vpcSecurityGroupIds: [group.group.id],
      // Bottlerocket: the system, then images and what pods write.
      blockDeviceMappings: [disk('/dev/xvda', 4), disk('/dev/xvdb', diskGiB)],
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      monitoring: { enabled: true },
      tagSpecifications: ['instance', 'volume'].map((resourceType) => ({
        resourceType,
        tags: { ...fleet.cloud.aws.tags, stack: setting.stack },
      })),
    },
    opts,
  )
  return new aws.eks.NodeGroup(
    'nodes',
    {
      clusterName: cluster.name,
      nodeGroupName: 'nodes',
      nodeRoleArn: role.arn,
      subnetIds: subnets.map(({ subnet }) => subnet.id),
      amiType: 'BOTTLEROCKET_x86_64',
      instanceTypes: [type],
      capacityType: 'ON_DEMAND',
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      scalingConfig: { minSize: min, desiredSize: min, maxSize: max },
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: true },
    },
    { ...opts, dependsOn: policies, ignoreChanges: ['scalingConfig.desiredSize'] },
  )
}
