import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type Application, isDone } from '../ops/argocd/applications.ts'
import type { Cluster } from '../ops/cluster/cluster.ts'
import { waitFor } from '../ops/cluster/wait.ts'
import { startFleetlet } from '../ops/up.ts'

/**
 * What the GitOps loop takes on real control planes (`npx meridian up`): from the bootstrap of a cluster to Healthy,
 * from a commit to the cluster, from a manual change until it is undone, and the memory of each process; then the same
 * beside many more Applications on the one API server.
 *
 *   npm run bench:gitops -- [--cluster akl1] [--repeats 20] [--applications 200]
 *
 * A commit is timed from a refresh, which a webhook would be: an edge site has none, so the poll interval, printed
 * beside it, comes on top.
 */
const { values } = parseArgs({
  options: {
    cluster: { type: 'string', default: 'akl1' },
    repeats: { type: 'string', default: '20' },
    applications: { type: 'string', default: '200' },
  },
})
const repeats = Number(values.repeats)
const wanted = Number(values.applications)
const timeoutMs = 600_000
const name = 'bench'
const namespace = 'router'
const object = `/api/v1/namespaces/${namespace}/configmaps/${name}`
const applicationsPath = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications'

// As much memory as it takes on a site, where Go collects its garbage as it does by itself.
process.env.GOGC = '100'
const started = performance.now()
const { lab, git, clusters } = await startFleetlet({
  clusters: [values.cluster],
  progress: (text) => process.stderr.isTTY && process.stderr.write(`\r\x1b[2K${text}`),
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
try {
  const cluster = clusters[values.cluster]
  if (!cluster) throw new Error(`${values.cluster} was not started`)
  const processes = seconds(started)
  await cluster.untilHealthy()
  const poll = await pollInterval(cluster)
  row('processes started and bootstrap applied', `${processes.toFixed(1)} s`)
  row('bootstrap to Healthy, the former included', `${seconds(started).toFixed(1)} s`)
  const own = (await cluster.applications()).length
  await loop(cluster, `with its ${own} Applications`, poll)
  if (wanted > own) {
    const loading = performance.now()
    await load(cluster, wanted - own)
    row(`${wanted - own} Applications more, until all are Healthy`, `${seconds(loading).toFixed(1)} s`)
    await loop(cluster, `with ${wanted} Applications`, poll)
  }
} finally {
  await lab.close()
}

async function loop(cluster: Cluster, when: string, poll: string): Promise<void> {
  row(`\n${when}; load ${loadavg()[0]?.toFixed(1)}`, '')
  const [applied, healed]: [number[], number[]] = [[], []]
  // In turns: after each try to heal a revision Argo CD waits longer for the next, so that two who fight do not melt
  // the API server. A new commit begins anew, as the first drift of a day does.
  for (let turn = 0; turn < repeats; turn++) {
    applied.push(await commitToApplied(cluster, turn))
    await untilDone(cluster)
    healed.push(await driftToHealed(cluster, turn))
  }
  row('commit to applied, from a refresh', `${spread(applied)}; poll interval ${poll}`)
  row('drift to healed', spread(healed))
  for (const [service, { pid }] of Object.entries(cluster.services))
    row(`memory: ${service}`, `${residentMiB(pid())} MiB`)
}

async function commitToApplied(cluster: Cluster, turn: number): Promise<number> {
  const value = `${turn} ${performance.now()}`
  await commitObject(cluster, value)
  const since = performance.now()
  await cluster.refresh(namespace)
  await untilValue(cluster, value)
  return seconds(since)
}

/** A change that somebody makes by hand, of what git says. */
async function driftToHealed(cluster: Cluster, turn: number): Promise<number> {
  const wantedValue = await turnOf(cluster)
  await cluster.api.patch(object, { data: { turn: `by hand ${turn}` } })
  const since = performance.now()
  await untilValue(cluster, wantedValue)
  return seconds(since)
}

async function commitObject(cluster: Cluster, turn: string): Promise<void> {
  const { path, targetRevision = 'main' } = (await model(cluster)).spec.source ?? {}
  git.commit(`Turn ${turn}`, { [`${path}/configmap-${name}.json`]: configMap(name, turn) })
  git.move(targetRevision, 'main')
}

/** Applications of one object each, like the cluster's own in project, wave and policy, at paths of their own. */
async function load(cluster: Cluster, count: number): Promise<void> {
  const { metadata, spec } = await model(cluster)
  const names = Array.from({ length: count }, (_, index) => `${name}-${index}`)
  const path = (each: string) => `rendered/apps/${name}/${each}`
  git.commit(
    `${count} Applications more`,
    Object.fromEntries(names.map((each) => [`${path(each)}/configmap.json`, configMap(each, '0')])),
  )
  git.move(spec.source?.targetRevision ?? 'main', 'main')
  for (const each of names) {
    await cluster.api.post(applicationsPath, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: each,
        namespace: 'argocd',
        annotations: { 'argocd.argoproj.io/manifest-generate-paths': '.' },
      },
      spec: { ...spec, source: { ...spec.source, path: path(each) } },
    })
  }
  const left = async () => (await cluster.applications()).filter((application) => !isDone(application))
  await waitFor(async () => (await left()).length === 0, {
    timeoutMs,
    onTimeout: async () => `${metadata.name}: ${(await left()).length} Applications are not healthy`,
  })
}

/** An Application of the cluster's own that stands for the others. */
async function model(cluster: Cluster): Promise<Application> {
  const found = (await cluster.applications()).find(({ metadata }) => metadata.name === namespace)
  if (!found?.spec.source) throw new Error(`${cluster.name} has no Application ${namespace}`)
  return found
}

function configMap(called: string, turn: string): string {
  const metadata = { name: called, namespace }
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { turn } })}\n`
}

async function untilValue(cluster: Cluster, value: string): Promise<void> {
  await waitFor(async () => (await turnOf(cluster)) === value, {
    timeoutMs,
    onTimeout: async () => `${object} says ${await turnOf(cluster)} instead of ${value}`,
  })
}

async function turnOf(cluster: Cluster): Promise<string> {
  return (await cluster.api.get<{ data: { turn: string } }>(object))?.data.turn ?? ''
}

async function pollInterval(cluster: Cluster): Promise<string> {
  const path = '/api/v1/namespaces/argocd/configmaps/argocd-cm'
  const settings = (await cluster.api.get<{ data: Readonly<Record<string, string>> }>(path))?.data
  const jitter = settings?.['timeout.reconciliation.jitter']
  return `${settings?.['timeout.reconciliation'] ?? '?'}${jitter ? ` and up to ${jitter} of jitter` : ''}`
}

/** Until the Application's last sync is over. */
async function untilDone(cluster: Cluster): Promise<void> {
  await waitFor(async () => isDone(await model(cluster)), {
    timeoutMs,
    onTimeout: () => `${namespace} is not synced and healthy`,
  })
}

function spread(took: readonly number[]): string {
  const sorted = took.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2)
  return `median ${at(0.5)} s, ${at(0)} to ${at(1)} s of ${repeats}`
}

/** Of the process alone: what it starts for a moment, such as git, is not counted. */
function residentMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024)
}

function seconds(since: number): number {
  return (performance.now() - since) / 1000
}

function row(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(48)} ${figure}\n`)
}
