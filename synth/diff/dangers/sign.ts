import type { ObjectChange } from '../change.ts'
import type { Level } from '../report.ts'

/** Something in a change that may hurt: a small pure function that sees one object, before and after. */
export interface DangerSign {
  /** Stable, for machines: `data-loss`, `immutable-field`. */
  readonly id: string
  readonly severity: Level
  /**
   * What will happen, without the object's name, a sentence for each thing found: `replicas go from 2 to 0: …`.
   * Empty: no danger of this sort.
   */
  find(change: ObjectChange): readonly string[]
}

/** A value in a sentence. */
export function say(value: unknown): string {
  if (value === undefined) return 'nothing'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
