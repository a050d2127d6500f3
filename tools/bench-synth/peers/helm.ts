import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toYaml, toYamlDocuments } from '../../../synth/yaml.ts'
import { templateOf } from '../fleet.ts'
import type { Peer } from './peer.ts'

export const helm: Peer = {
  name: 'helm template',
  how: 'one chart with one template, a values file for each size; a process for each cluster, as helm has it',
  engine: 'helm',
  prepare(fleet, dir, out) {
    const chart = join(dir, 'chart')
    mkdirSync(join(chart, 'templates'), { recursive: true })
    writeFileSync(join(chart, 'Chart.yaml'), toYaml({ apiVersion: 'v2', name: 'fleet', version: '1.0.0' }))
    const template = templateOf((app, value) => `{{ .Values.${app}.${value} }}`, toYamlDocuments)
    writeFileSync(join(chart, 'templates/objects.yaml'), template)
    for (const [size, values] of Object.entries(fleet.sizes)) {
      writeFileSync(join(dir, `${size}.yaml`), toYaml(values))
    }
    const program = join(import.meta.dirname, '../../../.cache/bin/helm')
    return Object.entries(fleet.clusters).map(([cluster, size]) => ({
      argv: [program, 'template', cluster, chart, '--values', join(dir, `${size}.yaml`)],
      dir,
      stdout: join(out, `${cluster}.yaml`),
    }))
  },
}
