import type { ClusterTraits, Endpoint, PlatformTraits, Site } from '../apps/_lib/app.ts'
import type { Fleet } from '../clusters/fleet.ts'
import type { Cluster, RegionName } from '../clusters/schema.ts'

/** What apps may know of a cluster. Clusters of a kind have equal traits. */
export function clusterTraits(cluster: Cluster, fleet: Fleet): ClusterTraits {
  const k3s = cluster.distribution === 'k3s'
  return {
    distribution: cluster.distribution,
    edge: k3s,
    size: cluster.size,
    tier: cluster.tier,
    nodes: cluster.nodes.length,
    highlyAvailable: !k3s || cluster.nodes.filter(({ role }) => role === 'server').length >= 3,
    gpu: cluster.nodes.some(({ machine }) => fleet.machines[machine]?.gpu !== undefined),
    apiServer: k3s ? { cidr: fleet.platform.sites, port: 6443 } : { cidr: cluster.network, port: 443 },
  }
}

export function platformTraits({ platform, regions, routes, cloud }: Fleet): PlatformTraits {
  return {
    domain: platform.domain,
    registry: platform.registry,
    repository: platform.repository,
    homeRegion: platform.homeRegion,
    awsAccount: cloud.aws.account,
    k3s: platform.kubernetes.k3s,
    egress: platform.egress,
    routes: routes.routes,
    upstreams: routes.upstreams,
    telemetry: {
      host: regions[platform.homeRegion].telemetry.host,
      nodePort: cloud.aws.compute.telemetryNodePort,
    },
    logRetentionDays: platform.logs.retentionDays,
    onCall: { emails: cloud.alerts.emails, egress: cloud.alerts.egress },
  }
}

/** What is one cluster's alone. */
export function siteOf(cluster: Cluster, fleet: Fleet): Site {
  const regions = [cluster.region, ...cluster.overflow]
  const endpoints = (kind: 'entrance' | 'cache' | 'telemetry'): Endpoint[] =>
    regions.map((region: RegionName) => ({ region, ...fleet.regions[region][kind] }))
  return {
    trustDomain: `${cluster.name}.meridian`,
    secretPrefix: `sites/${cluster.name}/`,
    homeRegion: cluster.region,
    upstreams: endpoints('entrance'),
    caches: endpoints('cache'),
    telemetry: endpoints('telemetry'),
    network: cluster.network,
  }
}
