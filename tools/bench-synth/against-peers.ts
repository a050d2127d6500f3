import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type BenchFleet, objectsOf, objectsPerCluster, readBenchFleet } from './fleet.ts'
import { type Cost, measure, median } from './measure.ts'
import { expectEveryCluster, outcomeOf, type Paths, synthCommand } from './ours.ts'
import { countOutput, objectsOfCluster, parseFolder, sameObjects } from './outputs.ts'
import type { Peer } from './peers/peer.ts'
import { expect, type Row } from './row.ts'
import type { Scratch } from './scratch.ts'

/** A run of more CPU seconds than this is not repeated. */
const patienceSeconds = 30

export interface Comparison {
  readonly paths: Omit<Paths, 'out'>
  readonly scratch: Scratch
  readonly peers: readonly Peer[]
  readonly repeats: number
  /** The program of `engines/measure`. */
  readonly measurer: string
  progress(text: string): void
}

interface Contestant {
  readonly name: string
  readonly how: string
  /** Runs once, and judges what came out. */
  run(): Cost & { readonly objects: number; readonly files: number; readonly bytes: number }
}

/**
 * Renders one fleet with ours and with every peer, in turns, so that a busy machine is busy for all.
 *
 * @throws {BenchError} if an output lacks an object, or a peer's objects are not ours
 */
export async function compareWithPeers(comparison: Comparison): Promise<Row[]> {
  const { paths, peers, repeats, progress } = comparison
  const fleet = await readBenchFleet(paths.facts, paths.apps)
  const clusters = Object.keys(fleet.clusters).length
  const contestants = [ours(comparison, fleet), ...peers.map((peer) => contestant(peer, comparison, fleet))]
  const costs = new Map<Contestant, ReturnType<Contestant['run']>[]>(contestants.map((each) => [each, []]))
  for (let round = 1; round <= repeats; round++) {
    for (const each of contestants) {
      const runs = costs.get(each) ?? []
      if (runs.some(({ cpuSeconds }) => cpuSeconds > patienceSeconds)) continue
      progress(`${clusters} clusters, run ${round} of ${repeats}: ${each.name}`)
      const run = each.run()
      progress(`  ${run.cpuSeconds.toFixed(2)} CPU s`)
      runs.push(run)
    }
  }
  return contestants.map((each) => {
    const runs = costs.get(each) ?? []
    const { name, how } = each
    return { group: `${clusters} clusters`, name, how, clusters, ...median(runs), runs: runs.length }
  })
}

function ours({ paths, scratch, measurer }: Comparison, fleet: BenchFleet): Contestant {
  const clusters = Object.keys(fleet.clusters).length
  return {
    name: 'meridian synth',
    how: 'the whole command: facts read and checked, each variant once, Argo CD objects, node files, index',
    run() {
      const out = scratch.fresh('ours')
      const cost = measure(measurer, [synthCommand({ ...paths, out })])
      const { summary, cached } = outcomeOf(out)
      expect(!cached, 'ours: a first run took its answer from the cache')
      expectEveryCluster(out, clusters)
      for (const [size, values] of Object.entries(fleet.sizes)) {
        const found = Object.keys(values).flatMap((app) => parseFolder(join(out, 'apps', app, size)))
        expect(sameObjects(found, objectsOf(values)), `ours: the objects of size ${size} are not the bench's`)
      }
      const { objects, files, bytes } = summary
      return { ...cost, objects, files, bytes }
    },
  }
}

function contestant(peer: Peer, { scratch, measurer }: Comparison, fleet: BenchFleet): Contestant {
  const clusters = Object.entries(fleet.clusters)
  return {
    name: peer.name,
    how: peer.how,
    run() {
      const [dir, out] = [scratch.fresh('peer'), scratch.fresh('peer-out')]
      mkdirSync(dir)
      mkdirSync(out)
      const cost = measure(measurer, peer.prepare(fleet, dir, out))
      const output = countOutput(out)
      const wanted = clusters.length * objectsPerCluster
      expect(output.objects === wanted, `${peer.name}: ${output.objects} objects, expected ${wanted}`)
      for (const [size, values] of Object.entries(fleet.sizes)) {
        const cluster = clusters.find((entry) => entry[1] === size)?.[0] ?? ''
        const same = sameObjects(objectsOfCluster(out, cluster), objectsOf(values))
        expect(same, `${peer.name}: the objects of ${cluster} (${size}) are not those that ours has`)
      }
      return { ...cost, ...output }
    },
  }
}
