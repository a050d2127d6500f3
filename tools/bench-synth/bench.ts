import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareWithPeers } from './against-peers.ts'
import { engine } from './engines.ts'
import { distinctFleet, greatFleet, type OwnRows, realFleet } from './own-rows.ts'
import { cdk8s, cdk8sCharts } from './peers/cdk8s.ts'
import { cue } from './peers/cue.ts'
import { helm } from './peers/helm.ts'
import { jsonnet, jsonnetEach, jsonnetYaml } from './peers/jsonnet.ts'
import { kubectl, kustomize } from './peers/kustomize.ts'
import type { Peer } from './peers/peer.ts'
import { BenchError, type Row } from './row.ts'
import { openScratch } from './scratch.ts'
import { tableOf } from './table.ts'

const root = join(import.meta.dirname, '../..')
const scratch = openScratch(root)
const peers = {
  cdk8s,
  'cdk8s-charts': cdk8sCharts,
  kubectl,
  kustomize,
  helm,
  jsonnet,
  'jsonnet-yaml': jsonnetYaml,
  'jsonnet-each': jsonnetEach,
  cue,
}

const usage = `npm run bench:synth -- [options]: what synth costs beside others. README.md beside this file says how.

  --clusters 200,1000   fleets to compare on (200)
  --peers cdk8s,helm    some of: ${Object.keys(peers).join(', ')}; none: only ours (all)
  --scale 10000         clusters of the great fleet; 0 leaves it out (10000)
  --repeats 3           runs of which the median is shown (3)
  --json                rows for machines`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      clusters: { type: 'string', default: '200' },
      peers: { type: 'string', default: Object.keys(peers).join() },
      scale: { type: 'string', default: '10000' },
      repeats: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const sizes = values.clusters.split(',').map((text) => count('clusters', text))
  const scale = count('scale', values.scale, 0)
  const repeats = count('repeats', values.repeats)
  const progress = (text: string) => console.error(`… ${text}`)

  progress('building what is missing')
  const measurer = await engine('measure')
  const { present, absent } = await available(values.peers === 'none' ? [] : values.peers.split(','))
  const bench: OwnRows = { scratch, repeats, measurer, facts, progress }
  const rows: Row[] = []
  try {
    rows.push(...realFleet(bench))
    for (const clusters of sizes) {
      const paths = {
        facts: facts('plain', ['--clusters', String(clusters)]),
        apps: join(import.meta.dirname, 'apps'),
      }
      rows.push(...(await compareWithPeers({ paths, scratch, peers: present, repeats, measurer, progress })))
      rows.push(...distinctFleet(bench, clusters))
    }
    if (scale > 0) rows.push(...greatFleet(bench, scale))
  } finally {
    progress('removing what was written')
    scratch.removeAll()
  }
  const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model, load: loadavg()[0] }
  if (values.json) console.log(JSON.stringify({ machine, rows, absent }))
  else {
    console.log(tableOf(rows))
    console.log(
      `\nNode ${machine.node}, ${machine.cpus} CPUs (${machine.model}), load ${machine.load?.toFixed(1)}`,
    )
    for (const { name, how } of present) console.log(`${name}: ${how}`)
    for (const { name, why } of absent) console.log(`${name} is absent: ${why}`)
    console.log(
      'ours: objects, files and bytes are those written; every cluster runs 30 objects all the same',
    )
  }
  return 0
}

async function available(names: readonly string[]) {
  const present: Peer[] = []
  const absent: { name: string; why: string }[] = []
  for (const name of names) {
    const peer = Object.entries(peers).find((entry) => entry[0] === name)?.[1]
    if (!peer) throw new BenchError(`--peers: found ${name}, allowed: ${Object.keys(peers).join(', ')}, none`)
    const why = peer.absent?.() ?? (peer.engine && (await failureOf(engine(peer.engine))))
    if (why) absent.push({ name: peer.name, why })
    else present.push(peer)
  }
  return { present, absent }
}

async function failureOf(building: Promise<unknown>): Promise<string | undefined> {
  try {
    await building
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function facts(name: string, args: readonly string[]): string {
  const out = scratch.fresh(`facts-${name}`)
  const program = join(root, 'bin/meridian.ts')
  const run = spawnSync(process.execPath, [program, 'fleet', 'generate', '--out', out, ...args], {
    encoding: 'utf8',
  })
  if (run.status !== 0 || !existsSync(out)) throw new BenchError(`fleet generate failed: ${run.stderr}`)
  return out
}

function count(name: string, text: string, least = 1): number {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text)
  throw new BenchError(`--${name}: found ${text}, expected a whole number of ${least} or more`)
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof BenchError ? error.message : error)
  process.exitCode = 2
}
