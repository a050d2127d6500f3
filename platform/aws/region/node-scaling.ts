import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import type { Entrance } from './entrance.ts'
import { factsOf, type Setting } from './setting.ts'

/**
 * How many nodes: by CPU, memory and requests, by the hours of the day, and by what the last weeks foretell. Every
 * node is a target of every service; EKS drains one before it goes.
 */
export function scaleNodes(
  setting: Setting,
  autoscalingGroupName: pulumi.Output<string>,
  cluster: aws.eks.Cluster,
  { targets, balancer }: Pick<Entrance, 'targets' | 'balancer'>,
): void {
  const { fleet, opts } = setting
  const { node, scaleAt, busy } = fleet.cloud.aws.compute
  for (const [upstream, target] of targets) {
    new aws.autoscaling.Attachment(
      `${upstream}-nodes`,
      { autoscalingGroupName, lbTargetGroupArn: target.arn },
      opts,
    )
  }
  const follow = (
    by: string,
    targetTrackingConfiguration: aws.types.input.autoscaling.PolicyTargetTrackingConfiguration,
  ) =>
    new aws.autoscaling.Policy(
      `nodes-by-${by}`,
      {
        name: `by-${by}`,
        autoscalingGroupName,
        policyType: 'TargetTrackingScaling',
        estimatedInstanceWarmup: 120,
        targetTrackingConfiguration,
      },
      opts,
    )
  follow('cpu', {
    targetValue: scaleAt.cpuPercent,
    predefinedMetricSpecification: { predefinedMetricType: 'ASGAverageCPUUtilization' },
  })
  follow('memory', {
    targetValue: scaleAt.memoryPercent,
    // Of the add-on amazon-cloudwatch-observability: EC2 itself does not see into a machine's memory.
    customizedMetricSpecification: {
      namespace: 'ContainerInsights',
      metricName: 'node_memory_utilization',
      metricDimensions: [{ name: 'ClusterName', value: cluster.name }],
      statistic: 'Average',
    },
  })
  for (const [upstream, target] of targets) {
    follow(`requests-${upstream}`, {
      targetValue: scaleAt.requestsPerMinute,
      predefinedMetricSpecification: {
        predefinedMetricType: 'ALBRequestCountPerTarget',
        resourceLabel: pulumi.interpolate`${balancer.arnSuffix}/${target.arnSuffix}`,
      },
    })
  }
  new aws.autoscaling.Policy(
    'nodes-by-prediction',
    {
      name: 'by-prediction',
      autoscalingGroupName,
      policyType: 'PredictiveScaling',
      predictiveScalingConfiguration: {
        mode: 'ForecastAndScale',
        // What is foretold is there five minutes before.
        schedulingBufferTime: '300',
        maxCapacityBreachBehavior: 'HonorMaxCapacity',
        metricSpecification: {
          targetValue: scaleAt.cpuPercent,
          predefinedMetricPairSpecification: { predefinedMetricType: 'ASGCPUUtilization' },
        },
      },
    },
    opts,
  )
  const at = (when: string, hour: number, minSize: number) =>
    new aws.autoscaling.Schedule(
      `nodes-${when}`,
      {
        scheduledActionName: when,
        autoscalingGroupName,
        recurrence: `0 ${hour} * * *`,
        timeZone: factsOf(setting).timeZone,
        minSize,
        maxSize: node.max,
      },
      opts,
    )
  at('busy', busy.fromHour, Math.min(node.max, Math.ceil(node.min * busy.factor)))
  at('quiet', busy.toHour, node.min)
}
