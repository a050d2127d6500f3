import { at, isMap, listAt, type Plain, textAt } from '../plain.ts'
import { type DangerSign, say } from './sign.ts'

const losses: Readonly<Record<string, string>> = {
  StatefulSet: 'its pods go at once; their volumes are deleted or left without an owner',
  PersistentVolumeClaim: 'its volume goes with it unless the class retains it',
  PersistentVolume: 'nothing holds its data any more',
  CustomResourceDefinition: 'every object of its kind in the cluster goes with it',
  Namespace: 'everything in it goes with it',
}

const finalizer = 'resources-finalizer.argocd.argoproj.io'

export const dataLoss: readonly DangerSign[] = [
  {
    id: 'data-loss',
    severity: 'high',
    find({ op, id, before, why }) {
      const loss = losses[id.kind]
      if (op !== 'removed' || !loss || keptByArgo(before)) return []
      const how = why === 'withdrawn' ? 'is deleted with its Application' : 'is deleted (auto-sync prunes)'
      return [`${how}: ${loss}`]
    },
  },
  {
    id: 'application-deleted',
    severity: 'high',
    find({ op, id, before }) {
      if (op !== 'removed' || id.kind !== 'Application') return []
      return hasFinalizer(before)
        ? ['is removed, and has the resources-finalizer: all that it made is deleted with it']
        : []
    },
  },
  {
    id: 'application-orphans',
    severity: 'medium',
    find({ op, id, before }) {
      if (op !== 'removed' || id.kind !== 'Application' || hasFinalizer(before)) return []
      return [
        'is removed without a finalizer: what it made stays in the cluster, and nothing keeps it any more',
      ]
    },
  },
  {
    id: 'cascade-armed',
    severity: 'medium',
    find({ op, id, before, after }) {
      if (op !== 'changed' || id.kind !== 'Application' || hasFinalizer(before) || !hasFinalizer(after))
        return []
      return ['gets the resources-finalizer: from now on its removal deletes all that it made']
    },
  },
  {
    id: 'volumes-not-kept',
    severity: 'high',
    find({ op, id, before, after }) {
      if (op !== 'changed') return []
      const found: string[] = []
      for (const when of id.kind === 'StatefulSet' ? ['whenDeleted', 'whenScaled'] : []) {
        const path = ['spec', 'persistentVolumeClaimRetentionPolicy', when]
        if (at(after, ...path) === 'Delete' && at(before, ...path) !== 'Delete') {
          found.push(
            `deletes its volumes ${when === 'whenDeleted' ? 'when it is deleted' : 'when it is scaled down'}`,
          )
        }
      }
      const reclaims =
        id.kind === 'PersistentVolume' ? ['spec', 'persistentVolumeReclaimPolicy'] : ['reclaimPolicy']
      if (at(before, ...reclaims) === 'Retain' && at(after, ...reclaims) !== 'Retain') {
        found.push('no longer retains volumes whose claims are deleted')
      }
      return found
    },
  },
  {
    id: 'crd-version-dropped',
    severity: 'high',
    find({ op, id, before, after }) {
      if (op !== 'changed' || id.kind !== 'CustomResourceDefinition') return []
      const served = (object: Plain | undefined) =>
        listAt(object, 'spec', 'versions')
          .filter(isMap)
          .flatMap(({ name, served }) => (served === true ? [String(name)] : []))
      const now = served(after)
      return served(before).flatMap((version) =>
        now.includes(version)
          ? []
          : [`no longer serves ${version}: objects and clients of that version break`],
      )
    },
  },
  {
    id: 'retention-shortened',
    severity: 'medium',
    find({ op, fields }) {
      if (op !== 'changed') return []
      return fields.flatMap(({ path, before, after }) => {
        const [old, now] = [daysOf(before), daysOf(after)]
        const about = /retention(?!policy)|min_age|max_?age/i.test(path)
        return about && old !== undefined && now !== undefined && now < old
          ? [`keeps data for a shorter time: ${path} ${say(before)} → ${say(after)}`]
          : []
      })
    },
  },
]

/** Argo CD is told to leave it. */
function keptByArgo(object: Plain | undefined): boolean {
  const options = textAt(object, 'metadata', 'annotations', 'argocd.argoproj.io/sync-options') ?? ''
  return /Prune=false|Delete=false/.test(options)
}

function hasFinalizer(object: Plain | undefined): boolean {
  return listAt(object, 'metadata', 'finalizers').some((name) => String(name).startsWith(finalizer))
}

/** A span such as `365d`, `12h` or a plain number, in days (a number: as it is). */
function daysOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const [, count, unit = ''] = /^(\d+)([smhdwy])$/.exec(String(value)) ?? []
  const days: Readonly<Record<string, number>> = { s: 1 / 86_400, m: 1 / 1440, h: 1 / 24, d: 1, w: 7, y: 365 }
  const day = days[unit]
  return count && day ? Number(count) * day : undefined
}
