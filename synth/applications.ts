import type { KubernetesObject } from '../apps/_lib/app.ts'
import { type Layer, syncWave } from '../apps/_lib/layers.ts'
import type { Platform } from '../clusters/schema.ts'
import { projectOf, projects } from './projects.ts'
import type { Variant } from './variants.ts'
import { toYaml } from './yaml.ts'

/** Writes the Argo CD objects of clusters. Objects that clusters share are made into text once. */
export interface ApplicationWriter {
  /** `apps/applications.yaml` of a cluster: its AppProjects and an Application for each app. */
  applications(
    cluster: { readonly name: string; readonly wave: string },
    variants: readonly Variant[],
  ): string
  /** The one Application that a node is born with; it reads `apps/applications.yaml` and nothing else. */
  root(cluster: { readonly name: string; readonly wave: string }): KubernetesObject
}

export function applicationWriter(platform: Platform): ApplicationWriter {
  const texts = new Map<string, string>()
  const memo = (key: string, make: () => string): string => {
    const text = texts.get(key) ?? make()
    texts.set(key, text)
    return text
  }
  const { repository } = platform
  return {
    applications({ name, wave }, variants) {
      const revision = waveRef(wave)
      const site = siteApplication(name, repository, revision)
      const shared = memo(`${wave} ${variants.map(({ app, name }) => `${app.name}/${name}`).join(' ')}`, () =>
        [
          ...projects(variants, repository).map(toYaml),
          ...variants.map((variant) =>
            memo(`${wave} ${variant.app.name}/${variant.name}`, () =>
              toYaml(variantApplication(variant, repository, revision)),
            ),
          ),
        ].join('---\n'),
      )
      return `${shared}---\n${toYaml(site)}`
    },
    root: ({ name, wave }) => rootApplication(name, repository, waveRef(wave)),
  }
}

/** The branch that a wave's clusters track. */
export function waveRef(wave: string): string {
  return `wave/${wave}`
}

function variantApplication(
  { app, name, props }: Variant,
  repository: string,
  revision: string,
): KubernetesObject {
  const path = `rendered/apps/${app.name}/${name}`
  const git = { repoURL: repository, targetRevision: revision }
  const helm = app.helm?.(props)
  const sources = helm
    ? [
        {
          repoURL: helm.chart.repository,
          chart: helm.chart.chart,
          targetRevision: helm.chart.version,
          helm: { releaseName: helm.releaseName, valueFiles: [`$values/${path}/values.yaml`] },
        },
        // values.yaml lies among the objects but is none.
        app.chart
          ? { ...git, ref: 'values', path, directory: { exclude: 'values.yaml' } }
          : { ...git, ref: 'values' },
      ]
    : [{ ...git, path }]
  return application({
    name: app.name,
    project: projectOf(app.layer),
    namespace: app.namespace,
    annotations: { ...inLayer(app.layer), ...generatePaths(path) },
    sources,
  })
}

/**
 * It is not among its own Applications: with the health check of Applications it would wait for itself. Moving a
 * cluster to another wave is a runbook (docs/runbooks/move-a-site-to-another-wave.md).
 */
function rootApplication(cluster: string, repository: string, revision: string): KubernetesObject {
  const path = `rendered/clusters/${cluster}/apps`
  return application({
    name: 'root',
    project: 'root',
    namespace: 'argocd',
    annotations: generatePaths(path),
    sources: [{ repoURL: repository, targetRevision: revision, path }],
  })
}

/** The Application of what is a cluster's alone. */
function siteApplication(cluster: string, repository: string, revision: string): KubernetesObject {
  const path = `rendered/clusters/${cluster}/identity`
  return application({
    name: 'site',
    project: 'platform',
    namespace: 'argocd',
    annotations: { ...inLayer('site'), ...generatePaths(path) },
    sources: [{ repoURL: repository, targetRevision: revision, path }],
  })
}

interface ApplicationProps {
  readonly name: string
  readonly project: string
  readonly namespace: string
  readonly annotations: Readonly<Record<string, string>>
  readonly sources: readonly object[]
}

function application({ name, project, namespace, annotations, sources }: ApplicationProps): KubernetesObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name,
      namespace: 'argocd',
      annotations,
      // What a workload made goes with it. Platform apps have none: losing one must not take namespaces along.
      ...(project === 'workloads' ? { finalizers: ['resources-finalizer.argocd.argoproj.io'] } : {}),
    },
    spec: {
      project,
      ...(sources.length === 1 ? { source: sources[0] } : { sources }),
      destination: { server: 'https://kubernetes.default.svc', namespace },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true', 'ApplyOutOfSyncOnly=true'],
        // An edge site may be cut off for hours: never give up, at most three minutes between two tries; each try is
        // of the newest commit, or what the API server refuses would hold up its own revert.
        retry: { limit: -1, refresh: true, backoff: { duration: '2s', factor: 2, maxDuration: '3m' } },
      },
      revisionHistoryLimit: 3,
    },
  }
}

function inLayer(layer: Layer): Record<string, string> {
  return { 'argocd.argoproj.io/sync-wave': String(syncWave(layer)) }
}

/** A commit that changes nothing under the path does not refresh the Application. */
function generatePaths(path: string): Record<string, string> {
  return { 'argocd.argoproj.io/manifest-generate-paths': `/${path}` }
}
