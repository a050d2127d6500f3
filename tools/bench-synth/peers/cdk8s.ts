import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Peer } from './peer.ts'

export const cdk8s: Peer = {
  name: 'cdk8s, one App',
  how: 'plain cdk8s: one process, one App, a Chart for each cluster, the constructs of our own apps',
  prepare(fleet, dir, out) {
    const file = join(dir, 'fleet.json')
    writeFileSync(file, JSON.stringify(fleet))
    return [{ argv: [process.execPath, join(import.meta.dirname, 'cdk8s-program.ts'), file, out], dir }]
  },
}
