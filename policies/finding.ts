import type { Severity } from './rule.ts'

/** One validation that one object fails, or that cannot be evaluated on it. */
export interface Finding {
  /** The rule's id. */
  readonly rule: string
  readonly severity: Severity
  /** Index of the document among those given, from 0. */
  readonly document: number
  /** The document's line, from 1, on which the object begins. */
  readonly line: number
  /** Index of the validation in its rule, from 0. */
  readonly validation: number
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name: string
  readonly message: string
  /** The expression ended in an error instead of an answer; admission refuses then, too (failurePolicy Fail). */
  readonly error: boolean
  /** What the author of the object does about it. */
  readonly mend: string
}
