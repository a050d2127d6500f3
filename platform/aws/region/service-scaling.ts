import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { factsOf, type Setting } from './setting.ts'

export interface Scaled {
  readonly upstream: string
  /** The service's name. */
  readonly service: pulumi.Input<string>
  readonly cluster: aws.ecs.Cluster
  readonly balancer: aws.lb.LoadBalancer
  readonly target: aws.lb.TargetGroup
}

/** How many tasks: by CPU, memory and requests, by the hours of the day, and by what the last weeks foretell. */
export function scaleService(
  setting: Setting,
  { upstream, service, cluster, balancer, target }: Scaled,
): void {
  const { fleet, opts } = setting
  const { task, scaleAt, busy } = fleet.cloud.aws.compute
  const scaled = new aws.appautoscaling.Target(
    `${upstream}-scale`,
    {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: pulumi.interpolate`service/${cluster.name}/${service}`,
      minCapacity: task.min,
      maxCapacity: task.max,
    },
    opts,
  )
  const of = {
    serviceNamespace: scaled.serviceNamespace,
    scalableDimension: scaled.scalableDimension,
    resourceId: scaled.resourceId,
  }
  const follow = (
    by: string,
    targetValue: number,
    predefinedMetricType: string,
    resourceLabel?: pulumi.Input<string>,
  ) =>
    new aws.appautoscaling.Policy(
      `${upstream}-by-${by}`,
      {
        ...of,
        name: `by-${by}`,
        policyType: 'TargetTrackingScaling',
        targetTrackingScalingPolicyConfiguration: {
          targetValue,
          predefinedMetricSpecification: { predefinedMetricType, resourceLabel },
          // Quick to grow, slow to shrink.
          scaleOutCooldown: 30,
          scaleInCooldown: 300,
        },
      },
      opts,
    )
  follow('cpu', scaleAt.cpuPercent, 'ECSServiceAverageCPUUtilization')
  follow('memory', scaleAt.memoryPercent, 'ECSServiceAverageMemoryUtilization')
  follow(
    'requests',
    scaleAt.requestsPerMinute,
    'ALBRequestCountPerTarget',
    pulumi.interpolate`${balancer.arnSuffix}/${target.arnSuffix}`,
  )
  new aws.appautoscaling.Policy(
    `${upstream}-by-prediction`,
    {
      ...of,
      name: 'by-prediction',
      policyType: 'PredictiveScaling',
      predictiveScalingPolicyConfiguration: {
        mode: 'ForecastAndScale',
        // What is foretold is there five minutes before.
        schedulingBufferTime: 300,
        maxCapacityBreachBehavior: 'HonorMaxCapacity',
        metricSpecifications: [
          {
            targetValue: String(scaleAt.cpuPercent),
            predefinedMetricPairSpecification: { predefinedMetricType: 'ECSServiceCPUUtilization' },
          },
        ],
      },
    },
    opts,
  )
  const at = (when: string, hour: number, minCapacity: number) =>
    new aws.appautoscaling.ScheduledAction(
      `${upstream}-${when}`,
      {
        ...of,
        name: when,
        schedule: `cron(0 ${hour} * * ? *)`,
        timezone: factsOf(setting).timeZone,
        scalableTargetAction: { minCapacity, maxCapacity: task.max },
      },
      opts,
    )
  at('busy', busy.fromHour, Math.min(task.max, Math.ceil(task.min * busy.factor)))
  at('quiet', busy.toHour, task.min)
}
