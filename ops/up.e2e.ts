import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import { waitFor } from './cluster/wait.ts'
import { type Fleetlet, startFleetlet } from './up.ts'

const root = dirname(import.meta.dirname)
const name = 'akl1'
const started = performance.now()
let fleetlet: Fleetlet

test.before(async () => {
  fleetlet = await startFleetlet({ clusters: [name] })
})
test.after.always(() => fleetlet?.lab.close())

test.serial('a whole cluster goes from its bootstrap to Healthy by git alone', async (t) => {
  await cluster().untilHealthy()
  t.log(`bootstrap to Healthy: ${seconds(started)}, engines and start of the processes included`)
  const applications = await cluster().applications()
  t.true(applications.length > 10)
})

test.serial('git holds rendered/ byte for byte, under production’s URL', async (t) => {
  const files = readdirSync(join(root, 'rendered'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
  t.true(files.length > 500)
  const worktree = dirname(fleetlet.git.folder)
  for (const file of files) {
    t.true(readFileSync(join(root, file)).equals(readFileSync(join(worktree, file))), file)
  }
  for (const { metadata, spec } of await cluster().applications()) {
    const urls = [spec.source, ...(spec.sources ?? [])].map((source) => source?.repoURL)
    t.true(urls.includes(fleetlet.git.url), metadata.name)
  }
})

test.serial('every object that is rendered for the cluster is there', async (t) => {
  for (const folder of await folders()) {
    const files = readdirSync(join(root, folder)).filter((file) => file !== 'values.yaml')
    if (files.length === 0) continue
    const named = files.flatMap((file) => ['--filename', join(root, folder, file)])
    const { code, stderr } = await cluster().kubectl(['get', ...named, '--output=name'])
    t.is(code, 0, `${folder}: ${stderr}`)
  }
})

test.serial('a commit reaches the cluster once its wave was moved to it', async (t) => {
  const { git } = fleetlet
  const path = '/api/v1/namespaces/router/configmaps/e2e'
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'e2e', namespace: 'router' } }
  git.commit('A ConfigMap more', { 'rendered/apps/router/small/configmap-e2e.yaml': JSON.stringify(object) })
  t.is(await cluster().api.get(path), undefined)
  git.move('wave/early', 'main')
  const committed = performance.now()
  await cluster().refresh('router')
  await waitFor(async () => (await cluster().api.get(path)) !== undefined, {
    timeoutMs: 60_000,
    onTimeout: () => 'the commit did not reach the cluster within 60 s of a refresh',
  })
  t.log(`commit to applied: ${seconds(committed)} after a refresh`)
})

test.serial('at the end no process and no file is left', async (t) => {
  const pids = Object.values(cluster().services).map((service) => service.pid())
  t.true(pids.every((pid) => pid !== undefined))
  await fleetlet.lab.close()
  t.false(existsSync(fleetlet.lab.folder))
  for (const pid of pids) t.throws(() => process.kill(pid ?? 0, 0), { code: 'ESRCH' })
})

function cluster() {
  const found = fleetlet.clusters[name]
  if (!found) throw new Error(`${name} was not started`)
  return found
}

/** Where the cluster's Applications find their objects. */
async function folders(): Promise<readonly string[]> {
  const applications = await cluster().applications()
  return applications
    .filter(({ metadata }) => metadata.name !== 'root')
    .flatMap(({ spec }) => [spec.source, ...(spec.sources ?? [])])
    .flatMap((source) => source?.path ?? [])
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}
