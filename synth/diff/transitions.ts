import type { FleetIndex } from './fleet-index.ts'

/** Clusters on which an app goes from one variant (or none) to another (or none). */
export interface Transition {
  readonly app: string
  readonly from: string | undefined
  readonly to: string | undefined
  readonly clusters: readonly string[]
}

/** What happens to each app on the clusters that are in both fleets. */
export function transitionsOf(base: FleetIndex, head: FleetIndex): readonly Transition[] {
  const kinds = new Map<string, string[]>()
  for (const [cluster, { runs }] of Object.entries(base.clusters)) {
    const other = head.clusters[cluster]
    if (!other) continue
    const kind = JSON.stringify([runs, other.runs])
    const known = kinds.get(kind)
    if (known) known.push(cluster)
    else kinds.set(kind, [cluster])
  }
  const found = new Map<string, Transition & { clusters: string[] }>()
  for (const clusters of kinds.values()) {
    const [cluster = ''] = clusters
    const [before, after] = [base.clusters[cluster]?.runs ?? {}, head.clusters[cluster]?.runs ?? {}]
    for (const app of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [from, to] = [before[app], after[app]]
      const key = `${app} ${from ?? ''} ${to ?? ''}`
      const known = found.get(key)
      if (known) known.clusters.push(...clusters)
      else found.set(key, { app, from, to, clusters: [...clusters] })
    }
  }
  return [...found.values()]
}

/** What a person calls it: `small`, or `large → large-max-replicas-9`. */
export function labelOf({ from, to }: Transition): string {
  return from === to ? (to ?? '') : [from, to].filter((name) => name !== undefined).join(' → ')
}
