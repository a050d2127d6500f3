import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchFleet } from '../fleet.ts'
import type { Peer } from './peer.ts'

/** Its fastest way: synth's work grows with the square of the number of charts. */
export const cdk8s: Peer = {
  name: 'cdk8s, one App',
  how: 'plain cdk8s: one process, one App, a Chart for each cluster, the constructs of our own apps',
  prepare: (fleet, dir, out) => program(fleet, dir, out, 'chart-per-cluster'),
}

/** The way in which charts are written to be shared: one for each thing that is deployed. */
export const cdk8sCharts: Peer = {
  name: 'cdk8s, a Chart an app',
  how: 'the same with a Chart for each app of each cluster',
  prepare: (fleet, dir, out) => program(fleet, dir, out, 'chart-per-app'),
}

function program(fleet: BenchFleet, dir: string, out: string, way: string) {
  const file = join(dir, 'fleet.json')
  writeFileSync(file, JSON.stringify(fleet))
  return [{ argv: [process.execPath, join(import.meta.dirname, 'cdk8s-program.ts'), file, out, way], dir }]
}
