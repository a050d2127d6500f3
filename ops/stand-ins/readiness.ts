import type { Live } from '../control-plane/api.ts'
import type { Stage } from './stand-in.ts'

interface Conditioned extends Live {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

/**
 * Says of every object of these kinds that it is ready, as its controller would.
 *
 * @param kinds as `<group>/<version>/<plural>`
 */
export function alwaysReady(kinds: readonly string[]): (stage: Stage) => () => void {
  return ({ api }) => {
    const ends = kinds.map((kind) =>
      api.watch<Conditioned>(`/apis/${kind}`, async ({ metadata, status }) => {
        if (status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'))
          return
        const [group, version, plural] = kind.split('/')
        const namespace = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
        await api.patch(`/apis/${group}/${version}${namespace}/${plural}/${metadata.name}/status`, {
          status: { conditions: [ready(metadata.generation ?? 1)] },
        })
      }),
    )
    return () => {
      for (const end of ends) end()
    }
  }
}

function ready(generation: number) {
  return {
    type: 'Ready',
    status: 'True',
    reason: 'StandIn',
    message: 'No controller stands behind this: see ops/stand-ins.ts',
    lastTransitionTime: new Date().toISOString(),
    observedGeneration: generation,
  }
}
