import type * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { declareCache } from './cache.ts'
import { declareGround } from './database.ts'
import { Ecs } from './ecs.ts'
import { Eks } from './eks.ts'
import { Entrance } from './entrance.ts'
import { declareFiles, type Files } from './files.ts'
import { GlobalDatabase } from './global-database.ts'
import { declareNames, nameCache, nameTelemetry } from './names.ts'
import { Network } from './network.ts'
import { declarePostgres } from './postgres.ts'
import { everywhere, type Reachable, type Reachables } from './reach.ts'
import { factsOf, type Setting } from './setting.ts'
import { upstreamsOf } from './targets.ts'
import { declareTelemetry } from './telemetry.ts'

/** What a region gives to the other stacks; the keys are its outputs. */
type Given = Readonly<Record<string, pulumi.Input<string>>>

/**
 * One of the three regions behind the edge: a network, an entrance, what computes, and what it computes with. Which
 * kind of each it has is said by clusters/regions.yaml.
 */
export class Region extends pulumi.ComponentResource {
  readonly given: Given

  constructor(name: string, outer: Omit<Setting, 'opts'>, opts: pulumi.ComponentResourceOptions) {
    super('meridian:Region', name, {}, opts)
    const setting: Setting = { ...outer, opts: { parent: this } }
    const network = new Network('network', setting)
    const entrance = new Entrance('entrance', setting, network)
    const { cache, reachable } = declareCache(setting, network)
    const names = declareNames(setting, network.vpc.id)
    nameCache(setting, names, cache.primaryEndpointAddress)
    const common = everywhere(setting)
    const files = declareFiles(setting, network, common.objects)
    const databases = declareDatabases(setting, network, common.objects)
    const reachables = {
      ...common,
      ...databases.reachables,
      cache: reachable,
      files: files.reachable,
    }
    const compute = declareCompute(setting, network, entrance, reachables, files, names)
    this.given = {
      vpc: network.vpc.id,
      privateSubnets: pulumi
        .all(network.subnets.private.map(({ subnet }) => subnet.id))
        .apply((ids) => ids.join(',')),
      ...entranceOutputs(entrance),
      cache: cache.replicationGroupId,
      cacheAddress: cache.primaryEndpointAddress,
      ...databases.given,
      ...compute,
    }
    this.registerOutputs()
  }
}

/** Users come to the front, which has the fixed addresses; what is measured and filtered is the balancer behind it. */
function entranceOutputs({ front, balancer, targets }: Entrance): Given {
  return {
    entranceArn: balancer.arn,
    entranceHost: front.dnsName,
    entranceZone: front.zoneId,
    entranceMetric: balancer.arnSuffix,
    frontArn: front.arn,
    frontMetric: front.arnSuffix,
    targetMetric: metricOf(targets, 'web'),
    ...Object.fromEntries(
      [...targets].map(([upstream, { arnSuffix }]) => [`targetMetric.${upstream}`, arnSuffix]),
    ),
  }
}

function metricOf(targets: Entrance['targets'], upstream: string): pulumi.Input<string> {
  return targets.get(upstream)?.arnSuffix ?? ''
}

interface Databases {
  readonly reachables: Reachables
  readonly given: Given
}

/** The region's own database, and the part of the global one that accounts are in where they are answered here. */
function declareDatabases(setting: Setting, network: Network, objects: Reachable): Databases {
  const kind = factsOf(setting).database
  const { core, secret, ireland } = setting
  switch (kind) {
    case 'aurora-global': {
      const global = new GlobalDatabase('accounts-database', setting, declareGround(setting, network), {
        writes: true,
        password: secret('databasePassword'),
      })
      return {
        reachables: { database: global.reach('DATABASE'), accounts: global.reach('ACCOUNTS') },
        given: { database: global.cluster.clusterIdentifier, globalCluster: global.globalCluster },
      }
    }
    case 'rds-multi-az': {
      const ground = declareGround(setting, network)
      const { database, reachable } = declarePostgres(setting, ground)
      const given = { database: database.identifier }
      if (!upstreamsOf(setting).includes('accounts')) return { reachables: { database: reachable }, given }
      const global = new GlobalDatabase('accounts-database', setting, ground, {
        writes: false,
        globalCluster: ireland('globalCluster'),
      })
      return {
        reachables: { database: reachable, accounts: global.reach('ACCOUNTS') },
        given: { ...given, accountsDatabase: global.cluster.clusterIdentifier },
      }
    }
    case 'dynamodb-global-tables':
      return {
        reachables: { database: objects },
        given: { database: core('objectsTable') },
      }
  }
}

function declareCompute(
  setting: Setting,
  network: Network,
  entrance: Entrance,
  reachables: Reachables,
  files: Files,
  names: aws.route53.Zone,
): Given {
  if (factsOf(setting).compute === 'ecs') {
    const ecs = new Ecs('compute', setting, { network, entrance, reachables, mount: files.mount })
    return { computeCluster: ecs.cluster.name }
  }
  const eks = new Eks('compute', setting, network, entrance, reachables)
  const telemetry = declareTelemetry(setting, network, eks)
  nameTelemetry(setting, names, telemetry)
  return {
    computeCluster: eks.cluster.name,
    eksCluster: eks.cluster.name,
    eksOidcIssuer: eks.cluster.identities.apply(([first]) => first?.oidcs?.[0]?.issuer ?? ''),
    telemetryHost: telemetry.dnsName,
    telemetryZone: telemetry.zoneId,
  }
}
