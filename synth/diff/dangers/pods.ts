import { at, isMap, listAt, type Plain } from '../plain.ts'

/** The pod that an object makes: its own spec, or its template's. */
export function podSpecOf(object: Plain | undefined): unknown {
  switch (object?.kind) {
    case 'Pod':
      return at(object, 'spec')
    case 'CronJob':
      return at(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'Job':
      return at(object, 'spec', 'template', 'spec')
    default:
      return undefined
  }
}

/** Its containers by name, those that run before them too. */
export function containersOf(podSpec: unknown): ReadonlyMap<string, Plain> {
  const all = [...listAt(podSpec, 'initContainers'), ...listAt(podSpec, 'containers')].filter(isMap)
  return new Map(all.map((container) => [String(container.name), container]))
}
