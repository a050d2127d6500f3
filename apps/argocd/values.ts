import { containerSecurityContext } from '../_lib/hardened.ts'
import { imageParts } from '../_lib/official-chart.ts'
import { commandParameters, configuration } from './configuration.ts'
import { type ClusterSize, type Resources, resourcesOf } from './resources.ts'

type Values = Readonly<Record<string, unknown>>

/** The part of the argo-cd chart's values (9.3) that is set here. */
export interface ArgoCdValues {
  readonly global: Values
  readonly crds: { readonly install: boolean; readonly keep: boolean }
  readonly configs: {
    readonly cm: Readonly<Record<string, string | boolean>>
    readonly params: Readonly<Record<string, string | number | boolean>>
    readonly rbac: Readonly<Record<string, string>>
  }
  readonly controller: Component
  readonly repoServer: Component
  readonly redis: Component & { readonly image: { readonly repository: string; readonly tag: string } }
  readonly redisSecretInit: Pick<Component, 'resources'>
  readonly server: Absent
  readonly applicationSet: Absent
  readonly dex: { readonly enabled: false }
  readonly notifications: { readonly enabled: false }
}

interface Component {
  readonly resources: Resources
  readonly [key: string]: unknown
}

/** The chart cannot leave these out: they get no replica and no rights. */
interface Absent {
  readonly replicas: 0
  readonly [key: string]: unknown
}

export interface ArgoCdSetup {
  readonly size: ClusterSize
  readonly pollSeconds: number
  /** By digest. */
  readonly image: string
  readonly redisImage: string
}

/**
 * Values of the official chart for a cluster that pulls and is not logged in to: the application controller, the
 * repo server and their cache; no server, UI, single sign-on, notifications or ApplicationSets.
 *
 * Its Redis speaks plain text (the chart offers no TLS for it, and a SPIFFE certificate is not there when Argo CD
 * starts): it holds rendered manifests alone, asks for a password, and `baseline` lets only Argo CD's pods reach it;
 * between nodes the pod network is encrypted.
 */
export function chartValues({ size, pollSeconds, image, redisImage }: ArgoCdSetup): ArgoCdValues {
  const resources = resourcesOf(size)
  return {
    global: {
      image: taggedImage(image),
      // Kubernetes's own: at a node's birth `baseline` has not made ours yet.
      priorityClassName: 'system-cluster-critical',
      logging: { format: 'json', level: 'info' },
    },
    // Kept on removal: with the definitions every Application would go.
    crds: { install: true, keep: true },
    configs: {
      cm: configuration(pollSeconds),
      params: commandParameters(size),
      rbac: { 'policy.default': '', 'policy.csv': '' },
    },
    controller: {
      replicas: 1,
      resources: resources.controller,
      emptyDir: { sizeLimit: '256Mi' },
      podAnnotations: metrics(8082),
    },
    repoServer: {
      replicas: 1,
      resources: resources.repoServer,
      emptyDir: { sizeLimit: '2Gi' },
      podAnnotations: metrics(8084),
      // It runs tools over what it pulls, and needs nothing of the API server.
      automountServiceAccountToken: false,
    },
    redis: {
      image: taggedImage(redisImage),
      resources: resources.redis,
      containerSecurityContext,
      automountServiceAccountToken: false,
    },
    redisSecretInit: { resources: resources.redisSecretInit },
    server: { replicas: 0, clusterRoleRules: { enabled: true, rules: [] } },
    applicationSet: { replicas: 0 },
    dex: { enabled: false },
    notifications: { enabled: false },
  }
}

/** The chart knows no digest; a tag may carry one. */
function taggedImage(image: string): { repository: string; tag: string } {
  const { repository, tag, digest } = imageParts(image)
  return { repository, tag: `${tag}@${digest}` }
}

function metrics(port: number): Readonly<Record<string, string>> {
  return { 'prometheus.io/port': String(port), 'prometheus.io/path': '/metrics' }
}
