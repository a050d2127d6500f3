import { z } from 'zod'
import { kindNamed, similarKinds, splitKind } from './kinds.ts'

/**
 * Where a rule is judged. `object`: one Kubernetes object, in the pull request and by admission. `fleet` (several
 * objects or facts) and `cloud` (resources of a Pulumi program): the pull request alone, over documents that have
 * `apiVersion` and `kind` like any other.
 */
export const Scope = z.enum(['object', 'fleet', 'cloud'])
export type Scope = z.infer<typeof Scope>

/** An `error` fails the check; a `warning` is always shown and never fails or denies. */
export const Severity = z.enum(['error', 'warning'])
export type Severity = z.infer<typeof Severity>

/** What admission does with a violation that is an error. The pull request judges the same at every stage. */
export const Stage = z.enum(['audit', 'warn', 'deny'])
export type Stage = z.infer<typeof Stage>

const Sentence = z.string().trim().min(10)
const Cel = z.string().trim().min(1)
const STANDARDS = /^(SOC 2|ISO 27001|PCI DSS|GDPR|CCPA) \S/

const Validation = z.strictObject({
  /** True where the object is as it should be. An error while evaluating counts as a violation. */
  cel: Cel,
  message: Sentence,
  /** Gives the message as a string, to name what is wrong; `message` stands where it gives none. */
  messageCel: Cel.optional(),
  /** Default: the rule's. */
  severity: Severity.optional(),
})

/** What is allowed where the rule cannot hold. The expressions grant it; this says so to people. */
const Permission = z.strictObject({
  /** Exactly which objects, for example `node-agents/log-agent`. */
  where: z.string().min(3),
  allows: z.array(z.string()).min(1),
  why: Sentence,
  /** The compensating control. */
  instead: Sentence,
})
export type Permission = z.infer<typeof Permission>

const Json: z.ZodType<unknown> = z.json()

/**
 * One step of a mutation. `path` is a JSON pointer (RFC 6901), `-` being the end of a list; what is missing on the way
 * is made. `value` is set there, whatever stood there; `remove` takes the place away.
 */
const Change = z.union([
  z.strictObject({ path: z.string().regex(/^\//, 'begins with a slash'), value: Json }),
  z.strictObject({ path: z.string().regex(/^\//, 'begins with a slash'), remove: z.literal(true) }),
])
export type Change = z.infer<typeof Change>

/** How to break a really rendered object as the rule forbids: the suite does, and the rule must report it. */
const Mutation = z.strictObject({
  /** The rendered object's kind, as in `match.kinds`; a fleet rule names a kind that its view is made of. */
  on: z.string().min(1),
  /** Picks the object; without it, the first of the kind. */
  where: z.strictObject({ namespace: z.string().optional(), name: z.string().optional() }).optional(),
  /** Done in order; `delete` takes the whole object away, which only a fleet rule can notice. */
  change: z.union([z.literal('delete'), z.array(Change).min(1)]),
})
export type Mutation = z.infer<typeof Mutation>

const Example = z.looseObject({ apiVersion: z.string().min(1), kind: z.string().min(1) })

export const Rule = z.strictObject({
  /** Names the rule in findings, exceptions and the cluster. */
  id: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'is lower-case words joined by hyphens'),
  title: Sentence,
  why: Sentence,
  /** What the author of the object does to satisfy the rule. */
  mend: Sentence,
  /** The controls that this rule is evidence for: `PCI DSS 4.2.1`. */
  controls: z.array(z.string().regex(STANDARDS, 'names SOC 2, ISO 27001, PCI DSS, GDPR or CCPA')).min(1),
  severity: Severity.default('error'),
  scope: Scope,
  stage: Stage.default('audit'),
  /**
   * Whether a cluster is asked, too. `false` in scope `object`: the pull request alone, since in a cluster what the
   * rule forbids is made by controllers, or is of a kind that admission cannot be asked about.
   */
  admission: z.boolean().default(true),
  /** Kinds as `Pod` or `apps/Deployment`; in scope `object` those that kinds.ts knows. */
  match: z.strictObject({ kinds: z.array(z.string().min(1)).min(1) }),
  /** Evaluated when first read; each may read those before it as `variables.<name>`. */
  variables: z
    .array(z.strictObject({ name: z.string().regex(/^[A-Za-z_]\w*$/, 'is a CEL identifier'), cel: Cel }))
    .default([]),
  validations: z.array(Validation).min(1),
  permissions: z.array(Permission).default([]),
  /** Objects that satisfy every validation. */
  pass: z.array(Example).min(1),
  /** Objects that violate the rule; together they violate every validation. */
  fail: z.array(Example).min(1),
  /** Breaches of really rendered objects; the suite demands one of every rule of the house. */
  mutations: z.array(Mutation).default([]),
})
export type Rule = z.infer<typeof Rule>

/** A rule that is not one: every problem, a line each. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
  readonly code = 'RULE_INVALID'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/**
 * Checks a rule and gives it with its defaults filled in.
 *
 * @example
 * export default defineRule({ id: 'image-by-digest', scope: 'object', match: { kinds: ['Pod'] }, … })
 * @throws RuleError naming the rule and each thing that is wrong, unknown kinds and examples of other kinds included
 */
export function defineRule(input: z.input<typeof Rule>): Rule {
  const parsed = Rule.safeParse(input)
  if (!parsed.success) {
    throw new RuleError(
      parsed.error.issues.map((issue) => `rule ${input.id}: ${issue.path.join('.')}: ${issue.message}`),
    )
  }
  const rule = parsed.data
  const problems = [...unknownKinds(rule), ...strayExamples(rule), ...repeatedVariables(rule)]
  if (problems.length > 0) throw new RuleError(problems.map((problem) => `rule ${rule.id}: ${problem}`))
  return rule
}

function unknownKinds(rule: Rule): string[] {
  if (rule.scope !== 'object') return []
  return rule.match.kinds
    .filter((name) => kindNamed(name) === undefined)
    .map((name) => {
      const similar = similarKinds(name)
      const hint =
        similar.length > 0 ? `did you mean ${similar.join(' or ')}?` : 'policies/kinds.ts lists those known'
      return `match.kinds: unknown kind ${name}; ${hint}`
    })
}

function strayExamples(rule: Rule): string[] {
  const matched = rule.match.kinds.map(splitKind)
  return (['pass', 'fail'] as const).flatMap((side) =>
    rule[side].flatMap(({ apiVersion, kind }, index) => {
      const group = apiVersion.includes('/') ? splitKind(apiVersion).group : ''
      if (matched.some((wanted) => fits(wanted.group, group) && fits(wanted.kind, kind))) return []
      return [`${side}[${index}] is ${apiVersion} ${kind}, which match.kinds does not match`]
    }),
  )
}

function fits(wanted: string, actual: string): boolean {
  return wanted === '*' || wanted === actual
}

function repeatedVariables(rule: Rule): string[] {
  const names = rule.variables.map(({ name }) => name)
  return names
    .filter((name, index) => names.indexOf(name) < index)
    .map((name) => `variables: ${name} stands twice`)
}
