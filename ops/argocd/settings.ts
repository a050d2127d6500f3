import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { downloadModules } from '../engines/modules.ts'
import { customResources } from '../engines/sources.ts'

/** What the chart makes of its values in the cluster: the ConfigMaps that Argo CD reads, by name. */
export type ConfigMaps = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The chart's values, as far as they say how Argo CD behaves. */
export interface ArgocdValues {
  readonly configs?: {
    readonly cm?: Readonly<Record<string, unknown>>
    readonly params?: Readonly<Record<string, unknown>>
    readonly rbac?: Readonly<Record<string, unknown>>
  }
}

export function configMaps({ configs }: ArgocdValues): ConfigMaps {
  return {
    'argocd-cm': strings(configs?.cm),
    'argocd-cmd-params-cm': strings(configs?.params),
    'argocd-rbac-cm': strings(configs?.rbac),
    'argocd-gpg-keys-cm': {},
    'argocd-ssh-known-hosts-cm': {},
    'argocd-tls-certs-cm': {},
  }
}

const manifests = {
  applicationController: 'application-controller/argocd-application-controller-statefulset.yaml',
  repoServer: 'repo-server/argocd-repo-server-deployment.yaml',
}

export type Role = keyof typeof manifests

interface PodManifest {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env: readonly {
            readonly name: string
            readonly value?: string
            readonly valueFrom?: {
              readonly configMapKeyRef?: { readonly name: string; readonly key: string }
            }
          }[]
        }[]
      }
    }
  }
}

/**
 * The environment that a role of Argo CD would have in its pod: which setting becomes which variable is said by the
 * manifests of its own pinned module.
 */
export function environment(role: Role, maps: ConfigMaps): Record<string, string> {
  const source = customResources.find(({ module }) => module === 'github.com/argoproj/argo-cd/v3')
  if (!source) throw new Error('ops/engines/sources.ts lacks Argo CD')
  const folder = downloadModules([source]).get(source.module) ?? ''
  const text = readFileSync(join(folder, 'manifests/base', manifests[role]), 'utf8')
  // From the pinned module.
  const { spec } = parse(text) as PodManifest
  const variables = spec.template.spec.containers[0]?.env ?? []
  return Object.fromEntries(
    variables.flatMap(({ name, value, valueFrom }) => {
      const from = valueFrom?.configMapKeyRef
      const set = from ? maps[from.name]?.[from.key] : value
      return set === undefined ? [] : [[name, set] as const]
    }),
  )
}

function strings(values: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]))
}
