import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toYaml, toYamlDocuments } from '../../../synth/yaml.ts'
import { apps, type BenchFleet, objectsOf } from '../fleet.ts'
import type { Peer } from './peer.ts'

export const kustomize: Peer = {
  name: 'kustomize build',
  how: 'a base, an overlay for each size with patches, an overlay for each cluster; a process for each cluster',
  engine: 'kustomize',
  prepare: (fleet, dir, out) => overlays(fleet, dir, out, ['.cache/bin/kustomize', 'build']),
}

export const kubectl: Peer = {
  name: 'kubectl kustomize',
  how: `${kustomize.how} (the kustomize of the installed kubectl)`,
  absent: () =>
    spawnSync('kubectl', ['version', '--client']).status === 0 ? undefined : 'kubectl is not installed',
  prepare: (fleet, dir, out) => overlays(fleet, dir, out, ['kubectl', 'kustomize']),
}

function overlays(fleet: BenchFleet, dir: string, out: string, build: readonly [string, string]) {
  const [first] = Object.keys(fleet.sizes)
  const base = first && fleet.sizes[first]
  if (!base) throw new RangeError('the fleet is empty')
  write(join(dir, 'base'), { resources: ['objects.yaml'] }, toYamlDocuments(objectsOf(base)))
  for (const size of Object.keys(fleet.sizes)) {
    const patches = size === first ? [] : patchesOf(fleet, size)
    write(join(dir, 'sizes', size), { resources: ['../../base'], patches })
  }
  const root = join(import.meta.dirname, '../../..')
  const program = build[0].includes('/') ? join(root, build[0]) : build[0]
  return Object.entries(fleet.clusters).map(([cluster, size]) => {
    const folder = join(dir, 'clusters', cluster)
    write(folder, { resources: [`../../sizes/${size}`] })
    return { argv: [program, build[1], folder], dir, stdout: join(out, `${cluster}.yaml`) }
  })
}

/** Strategic merges of the three objects of each app that a size changes. */
function patchesOf(fleet: BenchFleet, size: string): object[] {
  return apps.flatMap(({ name, namespace }) => {
    const values = fleet.sizes[size]?.[name]
    if (!values) throw new RangeError(`no values for ${name} of ${size}`)
    const { cpu, memory, image, logLevel, minReplicas, maxReplicas } = values
    const metadata = { name, namespace }
    const container = { name, image, resources: { requests: { cpu, memory }, limits: { memory } } }
    return [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: { template: { spec: { containers: [container] } } },
      },
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata,
        spec: { minReplicas, maxReplicas },
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { LOG_LEVEL: logLevel } },
    ].map((patch) => ({ patch: toYaml(patch) }))
  })
}

function write(folder: string, kustomization: object, objects?: string): void {
  mkdirSync(folder, { recursive: true })
  const head = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }
  writeFileSync(join(folder, 'kustomization.yaml'), toYaml({ ...head, ...kustomization }))
  if (objects) writeFileSync(join(folder, 'objects.yaml'), objects)
}
