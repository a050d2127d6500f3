import { hash } from 'node:crypto'
import type { Fleet } from '../clusters/fleet.ts'
import type { Cluster } from '../clusters/schema.ts'
import type { CodeDigests } from './sources.ts'
import type { Variant } from './variants.ts'

/**
 * Keys of the files that each cluster has: digests of everything that such a file is made of. Of 10,000 clusters
 * only those whose facts, variants or code changed are rendered again.
 */
export interface ClusterKeys {
  applications(cluster: Cluster, variants: readonly Variant[]): string
  identity(cluster: Cluster, variants: readonly Variant[]): string
  /** @param nodes the digests of the node variants' files */
  births(cluster: Cluster, nodes: unknown): string
}

export function clusterKeys(fleet: Fleet, code: CodeDigests): ClusterKeys {
  const { platform, regions, machines, routes } = fleet
  const shared = hash('sha1', JSON.stringify([code.core, platform, regions, machines, routes]))
  const memo = memoised<readonly Variant[], { applications: string; identity: string }>((variants) => ({
    applications: JSON.stringify(
      variants.map(({ app, name, key }) => [
        app.name,
        name,
        app.layer,
        app.namespace,
        app.chart !== undefined,
        // A chart's version and values are in the app's own files.
        app.helm ? [code.app(app.name), key] : undefined,
      ]),
    ),
    identity: JSON.stringify(
      variants.map(({ app, key }) => (app.site ? [app.name, code.app(app.name), key] : undefined)),
    ),
  }))
  const nodes = memoised<unknown, string>((digests) => JSON.stringify(digests))
  return {
    applications: ({ name, wave }, variants) =>
      hash('sha1', JSON.stringify([shared, name, wave, memo(variants).applications])),
    identity: (cluster, variants) =>
      hash(
        'sha1',
        JSON.stringify([shared, cluster, fleet.locations.get(cluster.location), memo(variants).identity]),
      ),
    births: (cluster, digests) => hash('sha1', JSON.stringify([shared, cluster, nodes(digests)])),
  }
}

/** Clusters of a kind share their list of variants, so what follows from it is made once. */
function memoised<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>()
  return (key) => {
    const value = known.get(key) ?? make(key)
    known.set(key, value)
    return value
  }
}
