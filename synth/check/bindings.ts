import { parse } from 'yaml'
import { z } from 'zod'
import { type Finding, objectName } from './finding.ts'

/** A ValidatingAdmissionPolicyBinding, as far as it decides what is denied and where. */
export const Binding = z.object({
  kind: z.literal('ValidatingAdmissionPolicyBinding'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    policyName: z.string(),
    validationActions: z.array(z.string()).default([]),
    matchResources: z
      .object({
        namespaceSelector: z.lazy(() => Selector).optional(),
        objectSelector: z.lazy(() => Selector).optional(),
        resourceRules: z.array(z.object({ scope: z.string().default('*') })).default([]),
      })
      .optional(),
  }),
})
export type Binding = z.infer<typeof Binding>

const Selector = z.object({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
    .default([]),
})
type Selector = z.infer<typeof Selector>

/** The binding in a YAML document; undefined where it is something else. */
export function bindingIn(text: string): Binding | undefined {
  if (!/^kind: ValidatingAdmissionPolicyBinding$/m.test(text)) return undefined
  const parsed = Binding.safeParse(parse(text))
  return parsed.success ? parsed.data : undefined
}

const Policy = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    matchConstraints: z.unknown().optional(),
    matchConditions: z.unknown().optional(),
    variables: z.unknown().optional(),
    validations: z.array(z.object({ expression: z.string() })),
  }),
})

export interface Policy {
  readonly name: string
  /** What it judges and by which expressions, without its words: equal where two policies deny the same. */
  readonly judges: string
}

/** The ValidatingAdmissionPolicy in a YAML document; undefined where it is something else. */
export function policyIn(text: string): Policy | undefined {
  if (!/^kind: ValidatingAdmissionPolicy$/m.test(text)) return undefined
  const parsed = Policy.safeParse(parse(text))
  return parsed.success
    ? { name: parsed.data.metadata.name, judges: JSON.stringify(parsed.data.spec) }
    : undefined
}

/**
 * An error for a binding that reaches what a cluster lives by: kube-system, whatever labels it is given, or
 * cluster-scoped objects that are not ours. A rule there could stop a cluster from healing itself.
 */
export function lockOut(
  { metadata, spec }: Binding,
  files: readonly string[],
  source: string,
): Finding | undefined {
  const { namespaceSelector, objectSelector, resourceRules = [] } = spec.matchResources ?? {}
  const clusterOnly = resourceRules.length > 0 && resourceRules.every(({ scope }) => scope === 'Cluster')
  const open = clusterOnly
    ? !objectSelector || selects(objectSelector, {})
    : ['kube-system', 'kube-node-lease', 'kube-public'].some(
        (name) => !namespaceSelector || selectsNamespace(namespaceSelector, name),
      )
  if (!open) return undefined
  return {
    rule: 'lock-out',
    severity: 'error',
    object: objectName('ValidatingAdmissionPolicyBinding', undefined, metadata.name),
    part: 'selector',
    message: clusterOnly
      ? 'it selects cluster-scoped objects that do not carry our label'
      : 'it selects kube-system: a rule could stop the cluster from healing itself',
    mend: 'Bind by the label meridian/admission and except the system namespaces, as policies/admission.ts does.',
    files,
    source,
  }
}

/** Whether a namespace of that name is selected when somebody gives it every label that the selector asks for. */
function selectsNamespace(selector: Selector, name: string): boolean {
  const asked = Object.fromEntries(
    selector.matchExpressions.flatMap(({ key, operator, values }) =>
      operator === 'In' ? [[key, values[0] ?? '']] : operator === 'Exists' ? [[key, '']] : [],
    ),
  )
  return selects(selector, { ...asked, ...selector.matchLabels, 'kubernetes.io/metadata.name': name })
}

function selects(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value) &&
    selector.matchExpressions.every(({ key, operator, values }) => {
      const value = labels[key]
      if (operator === 'In') return value !== undefined && values.includes(value)
      if (operator === 'NotIn') return value === undefined || !values.includes(value)
      return operator === 'Exists' ? value !== undefined : value === undefined
    })
  )
}
