import type { ObjectChange } from './change.ts'
import { loosenedNodes } from './dangers/nodes.ts'
import { cloudSigns, signs } from './dangers/signs.ts'
import type { FileChange } from './lines.ts'
import type { Danger, Level } from './report.ts'

const ranks: Readonly<Record<Level, number>> = { high: 0, medium: 1, low: 2 }

/** A sign that was found somewhere; the same on several objects and clusters is one danger. */
interface Sighting {
  readonly id: string
  readonly severity: Level
  readonly sentence: string
  readonly object: string
  readonly clusters: readonly string[]
}

/** Everything dangerous in what changes, the worst first. */
export function dangersOf(changes: readonly ObjectChange[], files: readonly FileChange[]): Danger[] {
  const inObjects = changes.flatMap((change) =>
    (change.scope === 'cloud' ? cloudSigns : signs).flatMap(({ id, severity, find }) =>
      find(change).map((sentence) => ({
        id,
        severity,
        sentence,
        object: nameOf(change),
        clusters: change.clusters,
      })),
    ),
  )
  const inFiles = files.flatMap((file) =>
    loosenedNodes(file).map(
      (sentence): Sighting => ({
        id: 'node-hardening',
        severity: 'high',
        sentence,
        object: file.name,
        clusters: file.clusters,
      }),
    ),
  )
  return byWeight(foldSightings([...inObjects, ...inFiles]))
}

export function byWeight(dangers: readonly Danger[]): Danger[] {
  return dangers.toSorted((a, b) => ranks[a.severity] - ranks[b.severity])
}

function foldSightings(sightings: readonly Sighting[]): Danger[] {
  const groups = Map.groupBy(sightings, ({ id, sentence }) => `${id} ${sentence}`)
  return [...groups.values()].flatMap((same) => {
    const [first] = same
    if (!first) return []
    return [
      {
        id: first.id,
        severity: first.severity,
        sentence: first.sentence,
        objects: [...new Set(same.map(({ object }) => object))],
        clusters: [...new Set(same.flatMap(({ clusters }) => clusters))].toSorted(),
      },
    ]
  })
}

function nameOf({ scope, subject, id }: ObjectChange): string {
  const object = id.kind === 'Values' ? 'chart values' : `${id.kind} ${id.name}`
  return scope === 'app' || scope === 'cloud' ? `${subject}: ${object}` : object
}
