import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { declareRole, trustService } from '../_lib/iam.ts'
import { declareLogGroup } from './logs.ts'
import type { Setting } from './setting.ts'

/** Every connection of the network, let through or not (PCI DSS 10.2.1, CIS AWS Foundations 3.7). */
export function declareFlowLogs(setting: Setting, vpcId: pulumi.Input<string>): void {
  const { region, fleet, opts } = setting
  const group = declareLogGroup(setting, 'flow-logs', `/meridian/${region}/flow`)
  const role = declareRole(
    'flow-logs-writer',
    {
      name: `meridian-flow-logs-${region}`,
      description: 'Writes the flow logs of the region.',
      trust: trustService('vpc-flow-logs.amazonaws.com', fleet.cloud.aws.account),
      may: [
        {
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          Resource: pulumi.interpolate`${group.arn}:*`,
        },
      ],
    },
    opts,
  )
  new aws.ec2.FlowLog(
    'flow',
    {
      vpcId,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
    },
    opts,
  )
}
