import type { Cost } from './measure.ts'

/** One line of the result. */
export interface Row extends Cost {
  /** What is compared with what: rows of one group did the same work. */
  readonly group: string
  readonly name: string
  readonly how: string
  readonly clusters: number
  /** Objects, files and bytes in the output. */
  readonly objects: number
  readonly files: number
  readonly bytes: number
  /** How many runs the figures are the median of. */
  readonly runs: number
}

/** A measurement that cannot be trusted: the output is not what the work should have given. */
export class BenchError extends Error {
  override name = 'BenchError'
}

export function expect(holds: boolean, message: string): asserts holds {
  if (!holds) throw new BenchError(message)
}
