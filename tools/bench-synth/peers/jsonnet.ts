import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchFleet, templateOf } from '../fleet.ts'
import type { Peer } from './peer.ts'

const binary = join(import.meta.dirname, '../../../.cache/bin/jsonnet')

/** Its fastest way: everything in one evaluation, and no YAML, which jsonnet writes in its own language. */
export const jsonnet: Peer = {
  name: 'jsonnet',
  how: 'google/go-jsonnet: one process, --multi, a function of the values called for each cluster; JSON',
  engine: 'jsonnet',
  prepare(fleet, dir, out) {
    const program = `{
  [cluster + '.json']: { apiVersion: 'v1', kind: 'List', items: objects(facts.sizes[facts.clusters[cluster]]) }
  for cluster in std.objectFields(facts.clusters)
}`
    return [{ argv: [binary, '--multi', out, write(fleet, dir, program)], dir }]
  },
}

/** YAML like every other peer writes, still in one evaluation. */
export const jsonnetYaml: Peer = {
  name: 'jsonnet, YAML',
  how: 'the same with std.manifestYamlStream: YAML documents as the other peers write them',
  engine: 'jsonnet',
  prepare(fleet, dir, out) {
    const program = `{
  [cluster + '.yaml']: std.manifestYamlStream(
    objects(facts.sizes[facts.clusters[cluster]]), c_document_end=false, quote_keys=false
  )
  for cluster in std.objectFields(facts.clusters)
}`
    return [{ argv: [binary, '--multi', out, '--string', write(fleet, dir, program)], dir }]
  },
}

/** The way of Argo CD and of Tanka: each cluster is evaluated by itself. */
export const jsonnetEach: Peer = {
  name: 'jsonnet, a process each',
  how: 'a process for each cluster with --ext-str, as helm and kustomize have it; JSON documents',
  engine: 'jsonnet',
  prepare(fleet, dir, out) {
    const file = write(fleet, dir, "objects(facts.sizes[facts.clusters[std.extVar('cluster')]])")
    return Object.keys(fleet.clusters).map((cluster) => ({
      argv: [binary, '--yaml-stream', '--ext-str', `cluster=${cluster}`, file],
      dir,
      stdout: join(out, `${cluster}.yaml`),
    }))
  },
}

/** The program: the facts, the objects as a function of a size's values, and what is made of them. */
function write(fleet: BenchFleet, dir: string, program: string): string {
  const file = join(dir, 'fleet.jsonnet')
  const objects = templateOf(
    (app, value) => `values.${app}.${value}`,
    (list) => JSON.stringify(list, null, 2),
  )
  writeFileSync(join(dir, 'facts.json'), JSON.stringify(fleet))
  writeFileSync(file, `local facts = import 'facts.json';\nlocal objects(values) = ${objects};\n${program}\n`)
  return file
}
