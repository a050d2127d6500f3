import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Application, describe, isDone } from '../argocd/applications.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { waitFor } from '../cluster/wait.ts'
import type { Live } from '../control-plane/api.ts'
import type { Fleetlet } from '../up.ts'

// What takes seconds here may take a minute on a busy machine.
const patienceMs = 180_000

/** One of the loop's clusters, and the fleetlet that it is of. */
export interface Site {
  readonly fleetlet: Fleetlet
  readonly cluster: Cluster
  /** The branch that it follows. */
  readonly branch: string
}

export interface Pod extends Live {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

/** Commits, and moves the wave of `site` there; returns the commit. Nothing has looked at it yet. */
export function publish(
  { fleetlet: { git }, branch }: Site,
  message: string,
  files: Readonly<Record<string, string | null>>,
): string {
  const commit = git.commit(message, files)
  git.move(branch, commit)
  return commit
}

/** Undoes a commit, moves the wave of `site` there and waits until an Application is as it was. */
export async function takeBack(site: Site, commit: string, name = 'router'): Promise<void> {
  const reverted = site.fleetlet.git.revert(commit)
  site.fleetlet.git.move(site.branch, reverted)
  await settled(site, reverted, name)
}

/**
 * Has Applications looked at, and waits until they are at `commit`, synced and healthy. Default: every one.
 *
 * @returns seconds waited
 */
export async function settled({ cluster }: Site, commit: string, ...names: string[]): Promise<number> {
  await cluster.refresh(...names)
  const meant = ({ metadata }: Application) => names.length === 0 || names.includes(metadata.name)
  return until(cluster, `Applications are done at ${commit}`, async () =>
    (await cluster.applications())
      .filter(meant)
      .every((application) => isDone(application) && isAt(application, commit)),
  )
}

/** Has Argo CD look at git now; resolves once it has looked, whatever it saw. */
export async function look(cluster: Cluster, ...names: string[]): Promise<void> {
  await cluster.refresh(...names)
  await until(cluster, 'Argo CD has looked', async () =>
    (await cluster.applications()).every(
      ({ metadata }) => metadata.annotations?.['argocd.argoproj.io/refresh'] === undefined,
    ),
  )
}

/**
 * Waits for something on a cluster.
 *
 * @returns seconds waited
 * @throws {LabError} after three minutes, with what the cluster's Applications say
 */
export function until(cluster: Cluster, what: string, check: () => Promise<boolean>): Promise<number> {
  return waitFor(check, {
    timeoutMs: patienceMs,
    onTimeout: async () => {
      const all = await cluster.applications().catch(() => [])
      const lines = all.map((application) => describe(application))
      return `${cluster.name}, after ${patienceMs / 1000} s: not so that ${what}\n${lines.join('\n')}`
    },
  })
}

export async function application({ cluster }: Site, name: string): Promise<Application> {
  const found = (await cluster.applications()).find(({ metadata }) => metadata.name === name)
  if (!found) throw new Error(`${cluster.name} has no Application ${name}`)
  return found
}

/** Whether Argo CD has looked at this commit. */
export function isAt({ status }: Application, commit: string): boolean {
  return [status?.sync?.revision, ...(status?.sync?.revisions ?? [])].includes(commit)
}

/** The uids of a namespace's pods that are ready and not about to go, in order. */
export async function readyPods({ cluster }: Site, namespace: string): Promise<readonly string[]> {
  const list = await cluster.api.get<{ items: Pod[] }>(`/api/v1/namespaces/${namespace}/pods`)
  return (list?.items ?? [])
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ status }) => status?.conditions?.some((is) => is.type === 'Ready' && is.status === 'True'))
    .map(({ metadata }) => metadata.uid ?? '')
    .sort()
}

/** A ConfigMap of an application, as a file that a commit brings: `{ [path]: content }`. */
export function configMapFile(name: string, variant = 'router/small', annotations = {}) {
  const [namespace] = variant.split('/')
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, annotations } }
  return { [`rendered/apps/${variant}/configmap-${name}.yaml`]: `${JSON.stringify(object)}\n` }
}

export async function hasConfigMap(cluster: Cluster, name: string, namespace = 'router'): Promise<boolean> {
  return (await cluster.api.get(`/api/v1/namespaces/${namespace}/configmaps/${name}`)) !== undefined
}

/** The folders in git that the objects of a site come from. */
export async function sourceFolders({ cluster }: Site): Promise<readonly string[]> {
  return (await cluster.applications())
    .filter(({ metadata }) => metadata.name !== 'root')
    .flatMap(({ spec }) => [spec.source, ...(spec.sources ?? [])])
    .flatMap((source) => source?.path ?? [])
}

/** Every file below a folder, as paths from the folder. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

/** Seconds since a `performance.now()`, such as `3.2 s`. */
export function since(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}
