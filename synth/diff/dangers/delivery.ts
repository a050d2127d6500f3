import type { ObjectChange } from '../change.ts'
import { at, isMap, listAt, type Plain, textAt } from '../plain.ts'
import type { DangerSign } from './sign.ts'
import { isOlder } from './version.ts'

export const delivery: readonly DangerSign[] = [
  {
    id: 'auto-sync-changed',
    severity: 'high',
    find(change) {
      if (!isApplication(change)) return []
      const automated = (object: Plain | undefined) => at(object, 'spec', 'syncPolicy', 'automated')
      const [old, now] = [automated(change.before), automated(change.after)]
      if (isMap(old) !== isMap(now)) {
        return isMap(old)
          ? ['auto-sync is switched off: the clusters no longer follow git']
          : ['auto-sync is switched on: what differs from git is overwritten at once']
      }
      const switches: Readonly<Record<string, readonly [on: string, off: string]>> = {
        prune: ['objects that left git are deleted from now on', 'objects that left git stay in the cluster'],
        selfHeal: ['changes by hand are undone from now on', 'changes by hand stay'],
      }
      return Object.entries(switches).flatMap(([name, [on, off]]) => {
        const [was, is] = [at(old, name) === true, at(now, name) === true]
        return was === is ? [] : [`${name} is switched ${is ? `on: ${on}` : `off: ${off}`}`]
      })
    },
  },
  {
    id: 'source-changed',
    severity: 'high',
    find(change) {
      if (!isApplication(change)) return []
      const had = sourcesOf(change.before).map((source) => textAt(source, 'repoURL'))
      return sourcesOf(change.after).flatMap((source) => {
        const url = textAt(source, 'repoURL')
        return url === undefined || had.includes(url) ? [] : [`comes from another repository: ${url}`]
      })
    },
  },
  {
    id: 'wave-left',
    severity: 'medium',
    find(change) {
      if (!isApplication(change)) return []
      const refs = (object: Plain | undefined) =>
        new Set(
          sourcesOf(object).flatMap((source) =>
            at(source, 'chart') ? [] : (textAt(source, 'targetRevision') ?? []),
          ),
        )
      const [old, now] = [refs(change.before), refs(change.after)]
      return [...now].flatMap((ref) =>
        old.has(ref) ? [] : [`tracks another ref: ${[...old].join(', ')} → ${ref}`],
      )
    },
  },
  {
    id: 'project-changed',
    severity: 'medium',
    find(change) {
      if (!isApplication(change)) return []
      const [old, now] = [textAt(change.before, 'spec', 'project'), textAt(change.after, 'spec', 'project')]
      return old === now ? [] : [`belongs to another project: ${old} → ${now}`]
    },
  },
  {
    id: 'drift-ignored',
    severity: 'medium',
    find(change) {
      if (!isApplication(change)) return []
      const count = (object: Plain | undefined) => listAt(object, 'spec', 'ignoreDifferences').length
      return count(change.after) > count(change.before) ? ['ignores more differences from git'] : []
    },
  },
  {
    id: 'chart-downgrade',
    severity: 'medium',
    find(change) {
      if (!isApplication(change)) return []
      const now = chartsOf(change.after)
      return [...chartsOf(change.before)].flatMap(([chart, version]) => {
        const next = now.get(chart)
        return next && isOlder(next, version)
          ? [`goes back to an older chart: ${chart} ${version} → ${next}`]
          : []
      })
    },
  },
]

function isApplication({ op, id }: ObjectChange): boolean {
  return op === 'changed' && id.kind === 'Application'
}

function sourcesOf(object: Plain | undefined): readonly unknown[] {
  const one = at(object, 'spec', 'source')
  return one === undefined ? listAt(object, 'spec', 'sources') : [one]
}

function chartsOf(object: Plain | undefined): ReadonlyMap<string, string> {
  return new Map(
    sourcesOf(object).flatMap((source) => {
      const [chart, version] = [textAt(source, 'chart'), textAt(source, 'targetRevision')]
      return chart && version ? [[chart, version] as const] : []
    }),
  )
}
