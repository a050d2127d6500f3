import { spawnSync } from 'node:child_process'
import { BenchError } from './row.ts'

export interface Command {
  readonly argv: readonly string[]
  readonly dir: string
  /** A file that takes what it prints. */
  readonly stdout?: string
}

export interface Cost {
  /** User and system time of every process. */
  readonly cpuSeconds: number
  readonly wallSeconds: number
  /** The most memory that any one process had resident. */
  readonly peakBytes: number
}

/**
 * Runs the commands one after the other under `engines/measure`, which reads the kernel's account of each.
 *
 * @throws {BenchError} with what the command printed, if one fails
 */
export function measure(binary: string, commands: readonly Command[]): Cost {
  const run = spawnSync(binary, { input: JSON.stringify(commands), encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (run.error) throw run.error
  if (run.status !== 0) throw new BenchError(run.stderr.trim().slice(-2000))
  // Printed by our own program.
  return JSON.parse(run.stdout) as Cost
}

/** The run in the middle by CPU time: of several, the one that chance moved least. */
export function median<T extends Cost>(costs: readonly T[]): T {
  const sorted = costs.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]
  if (!middle) throw new RangeError('nothing was measured')
  return middle
}
