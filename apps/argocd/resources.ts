import type { ClusterTraits } from '../_lib/app.ts'

export type ClusterSize = ClusterTraits['size']

type Component = 'controller' | 'repoServer' | 'redis' | 'redisSecretInit'

export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string }
  readonly limits: { readonly cpu: string; readonly memory: string }
}

/** What Argo CD's parts get in a cluster of such a size. */
export function resourcesOf(size: ClusterSize): Readonly<Record<Component, Resources>> {
  const rest = {
    redis: amounts('20m', '64Mi', '200m', '128Mi'),
    redisSecretInit: amounts('20m', '64Mi', '200m', '128Mi'),
  }
  switch (size) {
    case 'small':
      return {
        ...rest,
        controller: amounts('100m', '384Mi', '1', '768Mi'),
        repoServer: amounts('50m', '192Mi', '1', '512Mi'),
      }
    case 'medium':
      return {
        ...rest,
        controller: amounts('250m', '512Mi', '1', '1Gi'),
        repoServer: amounts('100m', '256Mi', '1', '768Mi'),
      }
    case 'large':
      return {
        ...rest,
        controller: amounts('250m', '768Mi', '2', '1536Mi'),
        repoServer: amounts('100m', '384Mi', '2', '1Gi'),
      }
  }
}

function amounts(cpu: string, memory: string, cpuLimit: string, memoryLimit: string): Resources {
  return { requests: { cpu, memory }, limits: { cpu: cpuLimit, memory: memoryLimit } }
}
