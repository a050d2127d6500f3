import { at, listAt, numberAt, type Plain } from '../plain.ts'
import { containersOf, podSpecOf } from './pods.ts'
import { type DangerSign, say } from './sign.ts'

const probes = ['startupProbe', 'readinessProbe', 'livenessProbe']
const workloads = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/** Where a number of replicas stands, by kind. */
const counts: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['replicas'],
  StatefulSet: ['replicas'],
  HorizontalPodAutoscaler: ['minReplicas', 'maxReplicas'],
}

export const availability: readonly DangerSign[] = [
  {
    id: 'replicas-zero',
    severity: 'high',
    find: ({ op, id, before, after }) =>
      (op === 'changed' ? (counts[id.kind] ?? []) : []).flatMap((field) => {
        const [old, now] = [numberAt(before, 'spec', field), numberAt(after, 'spec', field)]
        return now === 0 && old !== 0 ? [`${field} ${say(old)} → 0: nothing serves any more`] : []
      }),
  },
  {
    id: 'replicas-fewer',
    severity: 'medium',
    find: ({ op, id, before, after }) =>
      (op === 'changed' ? (counts[id.kind] ?? []) : []).flatMap((field) => {
        const [old, now] = [numberAt(before, 'spec', field), numberAt(after, 'spec', field)]
        return old !== undefined && now !== undefined && now > 0 && now < old
          ? [`${field} ${old} → ${now}: less to serve with`]
          : []
      }),
  },
  {
    id: 'drain-blocked',
    severity: 'high',
    find({ op, id, before, after }) {
      if (op === 'removed' || id.kind !== 'PodDisruptionBudget') return []
      const why = blocksDrains(after)
      return why && !blocksDrains(before)
        ? [`${why}: no node that runs such a pod can be drained or upgraded`]
        : []
    },
  },
  {
    id: 'disruption-budget-removed',
    severity: 'medium',
    find: ({ op, id }) =>
      op === 'removed' && id.kind === 'PodDisruptionBudget'
        ? ['is removed: a drain may take all its pods at once']
        : [],
  },
  {
    id: 'autoscaler-removed',
    severity: 'medium',
    find: ({ op, id, why }) =>
      op === 'removed' && why !== 'withdrawn' && id.kind === 'HorizontalPodAutoscaler'
        ? ['is removed: the workload no longer grows with its load']
        : [],
  },
  {
    id: 'probe-removed',
    severity: 'medium',
    find({ op, before, after }) {
      if (op !== 'changed') return []
      const now = containersOf(podSpecOf(after))
      return [...containersOf(podSpecOf(before))].flatMap(([name, container]) => {
        const left = now.get(name)
        const gone = left ? probes.filter((probe) => container[probe] && !left[probe]) : []
        return gone.map(
          (probe) =>
            `${name} loses its ${probe}: ${probe === 'readinessProbe' ? 'it gets traffic before it can serve' : 'nobody sees when it hangs'}`,
        )
      })
    },
  },
  {
    id: 'app-removed',
    severity: 'high',
    find: ({ op, id, why }) =>
      op === 'removed' && why === 'withdrawn' && workloads.has(id.kind)
        ? ['leaves clusters with its app']
        : [],
  },
  {
    id: 'workload-removed',
    severity: 'high',
    find: ({ op, id, why }) =>
      op === 'removed' && why !== 'withdrawn' && (workloads.has(id.kind) || id.kind === 'Service')
        ? [`is removed: ${id.kind === 'Service' ? 'its name no longer resolves' : 'its pods go at once'}`]
        : [],
  },
  {
    id: 'service-port-removed',
    severity: 'high',
    find({ op, id, before, after }) {
      if (op !== 'changed' || id.kind !== 'Service') return []
      const ports = (object: Plain | undefined) =>
        listAt(object, 'spec', 'ports').map((port) => at(port, 'port'))
      const now = ports(after)
      return ports(before)
        .filter((port) => !now.includes(port))
        .map((port) => `no longer listens on port ${say(port)}`)
    },
  },
  {
    id: 'roll-out-at-once',
    severity: 'medium',
    find({ op, id, before, after }) {
      if (op !== 'changed' || !workloads.has(id.kind)) return []
      const field = id.kind === 'Deployment' ? 'strategy' : 'updateStrategy'
      const type = (object: Plain | undefined) => at(object, 'spec', field, 'type')
      const [old, now] = [type(before), type(after)]
      if (old === now) return []
      if (now === 'Recreate') return ['is replaced at once (Recreate): nothing serves while it starts']
      return now === 'OnDelete' ? ['no longer rolls out by itself (OnDelete)'] : []
    },
  },
  {
    id: 'memory-less',
    severity: 'medium',
    find({ op, before, after }) {
      if (op !== 'changed') return []
      const now = containersOf(podSpecOf(after))
      return [...containersOf(podSpecOf(before))].flatMap(([name, container]) => {
        const limit = (from: unknown) => at(from, 'resources', 'limits', 'memory')
        const [old, less] = [bytesOf(limit(container)), bytesOf(limit(now.get(name)))]
        return old !== undefined && less !== undefined && less < old
          ? [
              `${name} gets less memory: ${say(limit(container))} → ${say(limit(now.get(name)))}; it may be killed`,
            ]
          : []
      })
    },
  },
]

/** Why a budget lets no pod be evicted, whatever runs. */
function blocksDrains(budget: Plain | undefined): string | undefined {
  const [most, least] = [at(budget, 'spec', 'maxUnavailable'), at(budget, 'spec', 'minAvailable')]
  if (most === 0 || most === '0%' || most === '0') return `maxUnavailable is ${say(most)}`
  return least === '100%' ? 'minAvailable is 100%' : undefined
}

/** A Kubernetes quantity in bytes. */
export function bytesOf(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return quantity
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|k|M|G|T)?$/.exec(String(quantity)) ?? []
  const sizes: Readonly<Record<string, number>> = {
    '': 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
  }
  const size = sizes[unit]
  return count && size ? Number(count) * size : undefined
}
