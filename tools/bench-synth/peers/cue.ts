import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { templateOf } from '../fleet.ts'
import type { Peer } from './peer.ts'

export const cue: Peer = {
  name: 'cue export',
  how: 'one process, a definition unified with the values of each cluster, all clusters in one JSON file',
  engine: 'cue',
  prepare(fleet, dir, out) {
    const objects = templateOf(
      (app, value) => `values.${app}.${value}`,
      (list) => JSON.stringify(list, null, 2),
    )
    const program = `package fleet

#Cluster: {
	values: _
	objects: ${objects}
}

facts: {clusters: [string]: string, sizes: [string]: _}
facts: ${JSON.stringify(fleet)}

rendered: {for cluster, size in facts.clusters {(cluster): (#Cluster & {values: facts.sizes[size]}).objects}}
`
    writeFileSync(join(dir, 'fleet.cue'), program)
    const binary = join(import.meta.dirname, '../../../.cache/bin/cue')
    return [
      {
        argv: [binary, 'export', join(dir, 'fleet.cue'), '--expression', 'rendered', '--out', 'json'],
        dir,
        stdout: join(out, 'fleet.json'),
      },
    ]
  },
}
