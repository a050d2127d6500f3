import type { FleetIndex } from './fleet-index.ts'
import type { Radius } from './report.ts'

/** Measures sets of clusters: how many, in how many countries, and which share of the fleet's cores they have. */
export function radiusMeter(base: FleetIndex, head: FleetIndex): (clusters: readonly string[]) => Radius {
  const all = { ...base.clusters, ...head.clusters }
  const ofClusters = Object.keys(all).length
  const cores = Object.values(all).reduce((sum, { cpu }) => sum + cpu, 0)
  return (clusters) => {
    const countries = new Set<string>()
    let reached = 0
    for (const name of clusters) {
      const cluster = all[name]
      if (!cluster) continue
      countries.add(cluster.country)
      reached += cluster.cpu
    }
    return {
      clusters: clusters.length,
      ofClusters,
      countries: countries.size,
      ...(cores > 0 ? { share: reached / cores } : {}),
    }
  }
}
