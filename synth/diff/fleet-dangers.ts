import type { FleetIndex } from './fleet-index.ts'
import { commitOf, isAncestor } from './git.ts'
import type { Danger, DiffReport } from './report.ts'

/** What happens to clusters as a whole. */
export function clusterChanges(base: FleetIndex, head: FleetIndex): DiffReport['clusters'] {
  const [before, after] = [Object.keys(base.clusters), Object.keys(head.clusters)]
  return {
    added: after.filter((name) => !base.clusters[name]).toSorted(),
    removed: before.filter((name) => !head.clusters[name]).toSorted(),
    moved: before.toSorted().flatMap((cluster) => {
      const [from, to] = [base.clusters[cluster]?.wave, head.clusters[cluster]?.wave]
      return from !== undefined && to !== undefined && from !== to ? [{ cluster, from, to }] : []
    }),
  }
}

export function clusterDangers({ removed, moved }: DiffReport['clusters']): Danger[] {
  const gone: Danger[] =
    removed.length === 0
      ? []
      : [
          {
            id: 'cluster-removed',
            severity: 'high',
            sentence:
              'leaves the fleet: its root Application finds no folder, so it stays as it is and no change reaches it',
            objects: [],
            clusters: [...removed],
          },
        ]
  const ways = Map.groupBy(
    moved,
    ({ from, to }) => `goes from wave ${from} to ${to}: what the two refs differ in reaches it at once`,
  )
  return [
    ...gone,
    ...[...ways].map(
      ([sentence, same]): Danger => ({
        id: 'wave-changed',
        severity: 'medium',
        sentence,
        objects: [],
        clusters: same.map(({ cluster }) => cluster),
      }),
    ),
  ]
}

/** The wave that a ref belongs to: `wave/early`, `origin/wave/early`, `refs/heads/wave/early`. */
export function waveOf(ref: string): string | undefined {
  return /(?:^|\/)wave\/([^/]+)$/.exec(ref)?.[1]
}

/** Would moving a wave's ref to the head take it back, or past the wave before? */
export function refDangers(
  root: string,
  base: { readonly ref: string; readonly id: string },
  head: string,
  waves: readonly string[],
): Danger[] {
  const wave = waveOf(base.ref)
  if (wave === undefined) return []
  const found: Danger[] = []
  const danger = (id: string, sentence: string) =>
    found.push({ id, severity: 'high', sentence, objects: [], clusters: [] })
  if (!isAncestor(root, base.id, head)) {
    danger(
      'wave-backwards',
      `moves wave/${wave} backwards or aside: ${head.slice(0, 12)} does not follow ${base.id.slice(0, 12)}`,
    )
  }
  const previous = waves[waves.indexOf(wave) - 1]
  const leader = previous === undefined ? undefined : base.ref.replace(/[^/]+$/, previous)
  const tip = leader === undefined ? undefined : commitOf(root, leader)
  if (tip !== undefined && !isAncestor(root, head, tip)) {
    danger(
      'wave-skipped',
      `moves wave/${wave} past wave/${previous}, which does not run ${head.slice(0, 12)}`,
    )
  }
  return found
}
