import type { ObjectChange } from './change.ts'
import { canonical } from './plain.ts'
import type { Change, Radius } from './report.ts'

/**
 * Folds what changes in the same way: over variants and clusters first, then over objects, so that a label that
 * ten objects of an app all get is said once.
 */
export function fold(
  changes: readonly ObjectChange[],
  radiusOf: (clusters: readonly string[]) => Radius,
): Change[] {
  const ways = group(changes, (change) => [about(change), change.id, change.fields])
  const joined = ways.map((same) => join(same))
  const objects = group(joined, (change) => [
    about(change),
    change.fields,
    change.variants.toSorted(),
    change.clusters.toSorted().join(),
  ])
  return objects.flatMap((same) => {
    const [first] = same
    if (!first) return []
    const { op, scope, subject, why, variants, clusters } = first
    const fields = first.fields.map((field) => ({ ...field }))
    return [
      {
        op,
        scope,
        subject,
        why,
        objects: same.map(({ id }) => ({ ...id })),
        variants: variants.toSorted(),
        fields,
        clusters: clusters.toSorted(),
        radius: radiusOf(clusters),
      },
    ]
  })
}

function about({ scope, subject, why, op }: ObjectChange): unknown {
  return [scope, subject, why, op]
}

function join(same: readonly ObjectChange[]): ObjectChange {
  const [first] = same
  if (!first) throw new RangeError('a group has a member')
  if (same.length === 1) return first
  return {
    ...first,
    variants: [...new Set(same.flatMap(({ variants }) => variants))],
    clusters: [...new Set(same.flatMap(({ clusters }) => clusters))],
  }
}

function group<T>(items: readonly T[], keyOf: (item: T) => unknown): readonly (readonly T[])[] {
  return [...Map.groupBy(items, (item) => canonical(keyOf(item))).values()]
}
