import * as aws from '@pulumi/aws'
import type { Eks } from './eks.ts'
import type { Network } from './network.ts'
import { factsOf, protectedIn, type Setting, zoneLetter } from './setting.ts'
import { allow, declareGroup } from './walls.ts'

/**
 * Where the fleet's agents send what they observed: fixed addresses that hand TLS on, untouched, to the collectors in
 * the cluster. Those ask each agent for its certificate themselves: mutual TLS from end to end.
 */
export function declareTelemetry(
  setting: Setting,
  { vpc, subnets }: Network,
  { nodes, scalingGroup }: Eks,
): aws.lb.LoadBalancer {
  const { region, fleet, core, opts } = setting
  const { host, port } = factsOf(setting).telemetry
  const { telemetryNodePort } = fleet.cloud.aws.compute
  const group = declareGroup(setting, 'telemetry', 'The addresses of telemetry', vpc.id, port)
  allow(setting, { name: 'agents', cidr: '0.0.0.0/0' }, group)
  allow(setting, group, nodes, telemetryNodePort)
  const balancer = new aws.lb.LoadBalancer(
    'telemetry',
    {
      name: `meridian-telemetry-${region}`,
      loadBalancerType: 'network',
      securityGroups: [group.group.id],
      subnetMappings: subnets.public.map(({ zone, subnet }) => ({
        subnetId: subnet.id,
        allocationId: new aws.ec2.Eip(
          `telemetry-address-${zoneLetter(zone)}`,
          { domain: 'vpc', tags: { Name: host } },
          protectedIn(setting),
        ).id,
      })),
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: true,
    },
    protectedIn(setting),
  )
  const target = new aws.lb.TargetGroup(
    'telemetry-targets',
    {
      name: 'meridian-telemetry',
      vpcId: vpc.id,
      targetType: 'instance',
      protocol: 'TCP',
      port: telemetryNodePort,
      healthCheck: { protocol: 'TCP', interval: 10, healthyThreshold: 2, unhealthyThreshold: 2 },
    },
    opts,
  )
  new aws.autoscaling.Attachment(
    'telemetry-nodes',
    { autoscalingGroupName: scalingGroup, lbTargetGroupArn: target.arn },
    opts,
  )
  new aws.lb.Listener(
    'telemetry-listener',
    {
      loadBalancerArn: balancer.arn,
      protocol: 'TCP',
      port,
      defaultActions: [{ type: 'forward', targetGroupArn: target.arn }],
    },
    opts,
  )
  new aws.route53.Record(
    'telemetry-name',
    {
      zoneId: core('zone'),
      name: host,
      type: 'A',
      aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: true }],
    },
    opts,
  )
  return balancer
}
