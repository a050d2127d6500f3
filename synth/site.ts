import type { KubernetesObject } from '../apps/_lib/app.ts'
import { identityConfigMap } from '../apps/_lib/identity.ts'
import { namespaces, standsOn } from '../apps/_lib/namespaces.ts'
import type { Fleet, PlacedLocation } from '../clusters/fleet.ts'
import type { Cluster } from '../clusters/schema.ts'
import type { Identity } from '../services/kit/identity.ts'
import { underAdmission } from './render.ts'
import { siteOf } from './traits.ts'
import type { Variant } from './variants.ts'

/**
 * What is this cluster's alone (`identity/identity.yaml`): the identity ConfigMap of each workload namespace,
 * and what its apps ask for by `site`: policies with its addresses, its secret store.
 */
export function siteObjects(
  cluster: Cluster,
  fleet: Fleet,
  variants: readonly Variant[],
): readonly KubernetesObject[] {
  const site = siteOf(cluster, fleet)
  const location = fleet.locations.get(cluster.location)
  if (!location) throw new RangeError(`no location ${cluster.location}`)
  const data = {
    cluster: cluster.name,
    trustDomain: site.trustDomain,
    'identity.json': `${JSON.stringify(identity(cluster, location, fleet), null, 2)}\n`,
  }
  const configMaps = Object.entries(namespaces)
    .filter(([, namespace]) => namespace.identity && standsOn(namespace, cluster.distribution === 'k3s'))
    .map(([namespace]) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: identityConfigMap, namespace },
      data,
    }))
  const own = variants.flatMap(({ app, props }) => app.site?.(site, props) ?? [])
  return [...configMaps, ...own.map(underAdmission)]
}

function identity(cluster: Cluster, location: PlacedLocation, fleet: Fleet): Identity {
  const regions = [cluster.region, ...cluster.overflow]
  const endpoints = (kind: 'entrance' | 'cache' | 'telemetry') =>
    regions.map((region) => {
      const { host, port } = fleet.regions[region][kind]
      return { region, host, port }
    })
  const { code, city, country, lat, lon } = location
  return {
    cluster: cluster.name,
    trustDomain: siteOf(cluster, fleet).trustDomain,
    location: { code, city, country, lat, lon },
    tier: cluster.tier,
    region: cluster.region,
    upstreams: endpoints('entrance'),
    caches: endpoints('cache'),
    telemetry: endpoints('telemetry'),
  }
}
