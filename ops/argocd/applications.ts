import type { Api, Live } from '../control-plane/api.ts'

interface Source {
  readonly repoURL: string
  readonly targetRevision?: string
  readonly path?: string
  readonly chart?: string
}

/** An Application of Argo CD, as far as the loop is watched by it. */
export interface Application extends Live {
  readonly spec: {
    readonly source?: Source
    readonly sources?: readonly Source[]
  }
  readonly status?: {
    readonly sync?: {
      readonly status?: string
      readonly revision?: string
      readonly revisions?: readonly string[]
    }
    readonly health?: { readonly status?: string; readonly message?: string }
    readonly reconciledAt?: string
    readonly operationState?: {
      readonly phase?: string
      readonly message?: string
      readonly finishedAt?: string
    }
    readonly conditions?: readonly { readonly type: string; readonly message: string }[]
    readonly resources?: readonly {
      readonly kind: string
      readonly name: string
      readonly namespace?: string
      readonly status?: string
      readonly health?: { readonly status?: string; readonly message?: string }
    }[]
  }
}

const path = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications'

export async function listApplications(api: Api): Promise<readonly Application[]> {
  return (await api.get<{ items: Application[] }>(path))?.items ?? []
}

/**
 * Makes Argo CD look at the repository now instead of at its next poll.
 * @param how `hard` forgets what it rendered before, too
 */
export function refreshApplication(api: Api, name: string, how: 'normal' | 'hard' = 'normal'): Promise<void> {
  return api.patch(`${path}/${name}`, { metadata: { annotations: { 'argocd.argoproj.io/refresh': how } } })
}

/** Synced to git, and all that is in it well. */
export function isDone({ status }: Application): boolean {
  return status?.sync?.status === 'Synced' && status.health?.status === 'Healthy'
}

/** One line on an Application that is not done: its state, and what holds it up. */
export function describe({ metadata, status }: Application): string {
  const state = `${status?.sync?.status ?? 'Unknown'} ${status?.health?.status ?? 'Unknown'}`
  const conditions = (status?.conditions ?? []).map(({ type, message }) => `${type}: ${message}`)
  const operation = status?.operationState
  const resources = (status?.resources ?? [])
    .filter(({ status: sync, health }) => sync === 'OutOfSync' || (health?.status ?? 'Healthy') !== 'Healthy')
    .map(({ kind, name, namespace, status: sync, health }) =>
      [
        `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
        sync,
        health?.status,
        health?.message,
      ]
        .filter(Boolean)
        .join(' '),
    )
  const why = [
    ...conditions,
    ...(operation && operation.phase !== 'Succeeded' ? [`${operation.phase}: ${operation.message}`] : []),
    ...resources,
  ]
  return [`${metadata.name}: ${state}`, ...why].join('\n    ')
}
