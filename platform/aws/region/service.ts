import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { scaleService } from './service-scaling.ts'
import type { Setting, Subnet } from './setting.ts'
import { declareTask, type TaskArgs } from './task.ts'
import type { Group } from './walls.ts'

export interface ServiceArgs extends TaskArgs {
  readonly target: aws.lb.TargetGroup
  readonly balancer: aws.lb.LoadBalancer
  readonly cluster: aws.ecs.Cluster
  readonly group: Group
  readonly subnets: readonly Subnet[]
  /** What must be there before it: capacity, and a listener that leads to its target group. */
  readonly after: pulumi.Resource[]
}

/** The tasks of one upstream: spread over the zones, the minimum on capacity that stays, the rest mostly on spare. */
export class Service extends pulumi.ComponentResource {
  constructor(outer: Setting, args: ServiceArgs) {
    super('meridian:Service', args.upstream, {}, outer.opts)
    declareService({ ...outer, opts: { parent: this } }, args)
    this.registerOutputs()
  }
}

function declareService(setting: Setting, args: ServiceArgs): void {
  const { opts, fleet } = setting
  const { task, spotInTen } = fleet.cloud.aws.compute
  const { upstream, target, cluster, group, subnets, port } = args
  const definition = declareTask(setting, args)
  const service = new aws.ecs.Service(
    `${upstream}-service`,
    {
      name: upstream,
      cluster: cluster.arn,
      taskDefinition: definition.arn,
      platformVersion: '1.4.0',
      desiredCount: task.min,
      capacityProviderStrategies: [
        { capacityProvider: 'FARGATE', base: task.min, weight: 10 - spotInTen },
        { capacityProvider: 'FARGATE_SPOT', weight: spotInTen },
      ],
      networkConfiguration: {
        subnets: subnets.map(({ subnet }) => subnet.id),
        securityGroups: [group.group.id],
        assignPublicIp: false,
      },
      loadBalancers: [{ targetGroupArn: target.arn, containerName: upstream, containerPort: port }],
      healthCheckGracePeriodSeconds: 60,
      availabilityZoneRebalancing: 'ENABLED',
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      // A release whose tasks do not become healthy goes back by itself.
      deploymentCircuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: false,
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
    },
    // Autoscaling owns it from the first day on.
    { ...opts, dependsOn: args.after, ignoreChanges: ['desiredCount'] },
  )
  scaleService(setting, { ...args, service: service.name })
}
