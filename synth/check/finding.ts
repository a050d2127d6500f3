import type { Rule } from '../../policies/rule.ts'

/** One thing that is wrong with one object, however many files hold it. */
export interface Finding {
  /** The rule's id; or `schema`, `exception`, `stage`, `lock-out`, which are the check's own. */
  readonly rule: string
  readonly severity: 'error' | 'warning'
  /** `Deployment gateway/gateway`. */
  readonly object: string
  /** Which of the rule's validations, or which field by its schema: tells findings of one object apart. */
  readonly part: string
  readonly message: string
  readonly mend: string
  /** The rendered files that hold the object, from the folder that was judged. */
  readonly files: readonly string[]
  /** The line to change: `apps/gateway/app.ts:40`, from the repository's root. */
  readonly source: string
}

/** A finding that somebody answers for until a day. */
export interface ExceptedFinding extends Finding {
  readonly exception: {
    readonly owner: string
    readonly reason: string
    /** The last day, as `2027-01-31`. */
    readonly until: string
    /** `policies/exceptions.yaml:7` */
    readonly source: string
  }
}

export interface Verdict {
  /** Distinct objects that were judged by their schemas and the rules about one object. */
  readonly objects: number
  /** Views of several objects and facts that the fleet rules judged. */
  readonly views: number
  /** Resources of the cloud's stacks, and the stacks, that the cloud rules judged. */
  readonly resources: number
  /** How many rules judged. */
  readonly rules: number
  readonly findings: readonly Finding[]
  readonly excepted: readonly ExceptedFinding[]
  /** What could not be looked at here, a sentence each. */
  readonly notes: readonly string[]
  /** By rule: how many distinct documents are of a kind that it judges. */
  readonly judged: Readonly<Record<Rule['id'], number>>
}

/** How a finding names its object: `ClusterRole reader`, `Deployment gateway/gateway`. */
export function objectName(kind: string, namespace: string | undefined, name: string): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`
}
