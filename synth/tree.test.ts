import { join } from 'node:path'
import test from 'ava'
import { parse, parseAllDocuments } from 'yaml'
import { layers } from '../apps/_lib/layers.ts'
import { loadFleet } from '../clusters/fleet.ts'
import { Identity } from '../services/kit/identity.ts'
import { loadCatalog } from './catalog.ts'
import { contentOf } from './render.ts'
import { renderTree } from './tree.ts'

const root = join(import.meta.dirname, '..')
const fleet = loadFleet(join(root, 'clusters'))
const catalog = await loadCatalog(join(root, 'apps'), fleet.platform.registry)
const files = new Map([...renderTree(fleet, catalog).files].map((file) => [file.path, contentOf(file)]))
const objects = (path: string) => parseAllDocuments(files.get(path) ?? '').map((document) => document.toJS())
const applications = (cluster: string) =>
  objects(`clusters/${cluster}/apps/applications.yaml`).filter(({ kind }) => kind === 'Application')

test('every cluster has its folder, and every node its birth', (t) => {
  for (const { name, nodes } of fleet.clusters) {
    t.true(files.has(`clusters/${name}/apps/applications.yaml`), name)
    t.true(files.has(`clusters/${name}/identity/identity.yaml`), name)
    for (const node of nodes)
      t.true(files.get(`clusters/${name}/node/${node.name}.yaml`)?.startsWith('#cloud-config\n') ?? false)
  }
})

test('two runs give the same bytes', (t) => {
  const again = [...renderTree(loadFleet(join(root, 'clusters')), catalog).files]
  t.deepEqual(
    again.map(({ path }) => path),
    [...files.keys()],
  )
  for (const file of again) t.is(contentOf(file), files.get(file.path) ?? '', file.path)
})

test('every Application points at a folder that is rendered, and every rendered variant is used', (t) => {
  const folders = new Set(
    [...files.keys()].map((path) => `rendered/${path.split('/').slice(0, -1).join('/')}`),
  )
  const used = new Set<string>()
  for (const { name } of fleet.clusters) {
    for (const { spec } of applications(name)) {
      for (const { path } of spec.sources ?? [spec.source]) {
        if (path === undefined) continue
        t.true(folders.has(path), path)
        used.add(path)
      }
      for (const { ref, path, helm } of spec.sources ?? []) {
        if (helm) t.true(files.has(helm.valueFiles[0].replace('$values/rendered/', '')))
        if (ref) used.add(path)
      }
    }
  }
  const variants = [...folders].filter((folder) => folder.startsWith('rendered/apps/'))
  const charts = variants.filter((folder) => files.has(`${folder.slice('rendered/'.length)}/values.yaml`))
  t.deepEqual(
    variants.filter((folder) => !used.has(folder) && !charts.includes(folder)),
    [],
  )
})

test('Applications follow the wave of their cluster, prune, heal, and retry for ever with back-off', (t) => {
  for (const { name, wave } of fleet.clusters) {
    for (const { metadata, spec } of applications(name)) {
      const git = (spec.sources ?? [spec.source]).filter(
        ({ repoURL }: { repoURL: string }) => repoURL === fleet.platform.repository,
      )
      t.deepEqual(
        [...new Set(git.map(({ targetRevision }: { targetRevision: string }) => targetRevision))],
        [`wave/${wave}`],
      )
      t.deepEqual(spec.syncPolicy.automated, { prune: true, selfHeal: true })
      t.is(spec.syncPolicy.retry.limit, -1)
      t.true(spec.syncPolicy.retry.refresh)
      t.true(spec.syncPolicy.syncOptions.includes('ServerSideApply=true'))
      const paths = metadata.annotations['argocd.argoproj.io/manifest-generate-paths']
      t.regex(paths, /^\/rendered\//)
    }
  }
})

test('Applications start in the order of the layers', (t) => {
  const layerOf = new Map(catalog.map(({ app }) => [app.name, app.layer]))
  const waves = applications('fra1').map(({ metadata }) => ({
    layer: metadata.name === 'site' ? 'site' : layerOf.get(metadata.name),
    wave: Number(metadata.annotations['argocd.argoproj.io/sync-wave']),
  }))
  const sorted = waves
    .toSorted((a, b) => a.wave - b.wave)
    .map(({ layer }) => (layer ? layers.indexOf(layer) : -1))
  t.deepEqual(
    sorted,
    sorted.toSorted((a, b) => a - b),
  )
})

test('the workloads project allows no cluster-scoped kind and only namespaces of workloads', (t) => {
  const projects = objects('clusters/fra1/apps/applications.yaml').filter(({ kind }) => kind === 'AppProject')
  t.deepEqual(
    projects.map(({ metadata }) => metadata.name),
    ['root', 'platform', 'workloads'],
  )
  const workloads = projects[2]
  t.deepEqual(workloads.spec.clusterResourceWhitelist, [])
  const allowed = workloads.spec.destinations.map(({ namespace }: { namespace: string }) => namespace)
  t.false(allowed.includes('kube-system'))
  t.false(allowed.includes('argocd'))
})

test('what an Application brings, its project allows', (t) => {
  const cluster = 'fra1'
  const projects = new Map(
    objects(`clusters/${cluster}/apps/applications.yaml`)
      .filter(({ kind }) => kind === 'AppProject')
      .map(({ metadata, spec }) => [metadata.name, spec]),
  )
  for (const { metadata, spec } of applications(cluster)) {
    const project = projects.get(spec.project)
    for (const { path, ref } of spec.sources ?? [spec.source]) {
      if (path === undefined || ref === 'chart') continue
      const folder = path.slice('rendered/'.length)
      const held = [...files.keys()].filter(
        (file) => file.startsWith(`${folder}/`) && !file.endsWith('values.yaml'),
      )
      for (const object of held.flatMap(objects)) {
        const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : ''
        const where = `${metadata.name}: ${object.kind} ${object.metadata.name}`
        const fits = (list: { group: string; kind: string }[]) =>
          list.some((entry) => ['*', group].includes(entry.group) && ['*', object.kind].includes(entry.kind))
        if (object.metadata.namespace === undefined) {
          t.true(fits(project.clusterResourceWhitelist), `${where} is cluster-scoped`)
        } else {
          t.true(fits(project.namespaceResourceWhitelist), where)
          const namespaces = project.destinations.map(({ namespace }: { namespace: string }) => namespace)
          t.true(namespaces.includes(object.metadata.namespace), `${where} in ${object.metadata.namespace}`)
        }
      }
    }
  }
})

test('every identity ConfigMap holds what programs read there', (t) => {
  for (const { name, region, overflow } of fleet.clusters) {
    const maps = objects(`clusters/${name}/identity/identity.yaml`).filter(({ kind }) => kind === 'ConfigMap')
    t.true(maps.length > 0)
    for (const { data } of maps) {
      const identity = Identity.parse(JSON.parse(data['identity.json']))
      t.is(identity.cluster, name)
      t.deepEqual(
        identity.upstreams.map((upstream) => upstream.region),
        [region, ...overflow],
      )
    }
  }
})

test("a cluster's name is in no variant", (t) => {
  const names = new RegExp(`\\b(${fleet.clusters.map(({ name }) => name).join('|')})\\b`)
  for (const [path, content] of files) {
    if (path.startsWith('apps/') || path.startsWith('nodes/')) t.notRegex(content, names, path)
  }
})

test('the index names the variants of every cluster, and the cost', (t) => {
  const index = parse(files.get('fleet.json') ?? '')
  t.deepEqual(
    Object.keys(index.clusters),
    fleet.clusters.map(({ name }) => name),
  )
  t.is(index.cost.plannedUsdPerMonth, 9765)
  for (const { runs } of Object.values<{ runs: Record<string, string> }>(index.clusters)) {
    for (const [app, variant] of Object.entries(runs)) t.true(`${app}/${variant}` in index.variants)
  }
})
