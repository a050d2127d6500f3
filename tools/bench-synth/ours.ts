import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SynthOutcome } from '../../synth/synth.ts'
import { objectsPerCluster } from './fleet.ts'
import type { Command } from './measure.ts'
import { expect } from './row.ts'

const root = join(import.meta.dirname, '../..')

export interface Paths {
  readonly facts: string
  readonly apps: string
  readonly out: string
}

/** `npx meridian synth` over these folders; its outcome as JSON goes into `<out>.json`. */
export function synthCommand({ facts, apps, out }: Paths): Command {
  const program = [process.execPath, join(root, 'bin/meridian.ts'), 'synth', '--json']
  return {
    argv: [...program, '--facts', facts, '--apps', apps, '--out', out],
    dir: root,
    stdout: `${out}.json`,
  }
}

export function outcomeOf(out: string): SynthOutcome {
  // Printed by synth --json.
  return JSON.parse(readFileSync(`${out}.json`, 'utf8')) as SynthOutcome
}

/** @throws {BenchError} unless every cluster of the index runs the bench's 30 objects */
export function expectEveryCluster(out: string, clusters: number): void {
  // Written by synth: see synth/tree.ts.
  const index = JSON.parse(readFileSync(join(out, 'fleet.json'), 'utf8')) as {
    variants: Record<string, { objects: number }>
    clusters: Record<string, { runs: Record<string, string> }>
  }
  const entries = Object.entries(index.clusters)
  expect(entries.length === clusters, `ours: ${entries.length} clusters, expected ${clusters}`)
  for (const [cluster, { runs }] of entries) {
    const objects = Object.entries(runs).reduce(
      (sum, [app, variant]) => sum + (index.variants[`${app}/${variant}`]?.objects ?? 0),
      0,
    )
    expect(
      objects === objectsPerCluster,
      `ours: ${cluster} runs ${objects} objects, expected ${objectsPerCluster}`,
    )
  }
}
