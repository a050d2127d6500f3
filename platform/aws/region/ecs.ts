import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import type { Entrance } from './entrance.ts'
import type { Files } from './files.ts'
import type { Network } from './network.ts'
import { openTheWay } from './outward.ts'
import { openWays, type Reachables } from './reach.ts'
import { Service } from './service.ts'
import type { Setting } from './setting.ts'
import { allow, declareGroup, type Group } from './walls.ts'

export interface EcsArgs {
  readonly network: Network
  readonly entrance: Entrance
  readonly reachables: Reachables
  /** @default there is no file system */
  readonly mount?: Files['mount']
}

/** A cluster of tasks on machines that AWS runs (Fargate), with a service for each upstream of the region. */
export class Ecs extends pulumi.ComponentResource {
  readonly cluster: aws.ecs.Cluster

  constructor(name: string, outer: Setting, { network, entrance, reachables, mount }: EcsArgs) {
    super('meridian:Ecs', name, {}, outer.opts)
    const setting = { ...outer, opts: { parent: this } }
    const { region, fleet, opts } = setting
    this.cluster = new aws.ecs.Cluster(
      'cluster',
      { name: `meridian-${region}`, settings: [{ name: 'containerInsights', value: 'enhanced' }] },
      opts,
    )
    const providers = new aws.ecs.ClusterCapacityProviders(
      'capacity',
      { clusterName: this.cluster.name, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
      opts,
    )
    const group = this.#group(setting, network, entrance, reachables)
    for (const [upstream, target] of entrance.targets) {
      new Service(setting, {
        upstream,
        target,
        balancer: entrance.balancer,
        cluster: this.cluster,
        group,
        subnets: network.subnets.private,
        reachables,
        mount,
        port: fleet.cloud.aws.compute.port,
        after: [providers, ...(entrance.rules.get(upstream) ?? [])],
      })
    }
    this.registerOutputs()
  }

  /** Only the balancer gets in: the control that stands in place of mutual TLS on that hop. */
  #group(setting: Setting, network: Network, entrance: Entrance, reachables: Reachables): Group {
    const { port } = setting.fleet.cloud.aws.compute
    const group = declareGroup(setting, 'tasks', 'The tasks of the services', network.vpc.id, port)
    allow(setting, entrance.balancerGroup, group)
    openWays(setting, group, reachables)
    openTheWay(setting, group, network)
    return group
  }
}
