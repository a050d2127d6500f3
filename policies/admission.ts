import { type Kind, kindNamed } from './kinds.ts'
import { type Rule, RuleError, type Severity } from './rule.ts'

/** admissionregistration.k8s.io/v1, as far as rules use it. */
export interface ValidatingAdmissionPolicy {
  readonly apiVersion: 'admissionregistration.k8s.io/v1'
  readonly kind: 'ValidatingAdmissionPolicy'
  readonly metadata: Metadata
  readonly spec: {
    readonly failurePolicy: 'Fail'
    readonly matchConstraints: {
      readonly matchPolicy: 'Equivalent'
      readonly resourceRules: readonly ResourceRule[]
    }
    readonly matchConditions: readonly { readonly name: string; readonly expression: string }[]
    readonly variables?: readonly { readonly name: string; readonly expression: string }[]
    readonly validations: readonly {
      readonly expression: string
      readonly message: string
      readonly messageExpression?: string
    }[]
  }
}

export interface ValidatingAdmissionPolicyBinding {
  readonly apiVersion: 'admissionregistration.k8s.io/v1'
  readonly kind: 'ValidatingAdmissionPolicyBinding'
  readonly metadata: Metadata
  readonly spec: {
    readonly policyName: string
    readonly validationActions: readonly ('Deny' | 'Warn' | 'Audit')[]
    readonly matchResources: {
      readonly matchPolicy: 'Equivalent'
      readonly namespaceSelector?: Selector
      readonly objectSelector?: Selector
      readonly resourceRules: readonly ResourceRule[]
    }
  }
}

export type AdmissionObject = ValidatingAdmissionPolicy | ValidatingAdmissionPolicyBinding

interface Metadata {
  readonly name: string
  readonly annotations: Readonly<Record<string, string>>
}

interface ResourceRule {
  readonly apiGroups: readonly string[]
  readonly apiVersions: readonly string[]
  readonly operations: readonly ('CREATE' | 'UPDATE')[]
  readonly resources: readonly string[]
  readonly scope: 'Namespaced' | 'Cluster'
}

interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: 'NotIn'
    readonly values: readonly string[]
  }[]
}

/**
 * What the API server needs to judge a rule itself, with the rule's own text: a policy and its binding. Validations
 * that are warnings go into a policy of their own, `<name>-warning`, which never denies. Namespaced objects are
 * bound by the label of their namespace, cluster-scoped ones by their own, in a binding of their own.
 *
 * @returns no object for a rule of scope `fleet` or `cloud`, since admission sees one Kubernetes object at a time, nor
 *   for one that is the pull request's alone
 * @throws RuleError for a kind that kinds.ts does not know
 */
export function admissionObjects(rule: Rule): AdmissionObject[] {
  if (rule.scope !== 'object' || !rule.admission) return []
  const kinds = rule.match.kinds.map((name) => {
    const kind = kindNamed(name)
    if (kind === undefined) throw new RuleError([`rule ${rule.id}: match.kinds: unknown kind ${name}`])
    return kind
  })
  return (['error', 'warning'] as const).flatMap((severity) => {
    const validations = rule.validations.filter(
      (validation) => (validation.severity ?? rule.severity) === severity,
    )
    if (validations.length === 0) return []
    const metadata = {
      name: `meridian-${rule.id}${severity === 'warning' ? '-warning' : ''}`,
      annotations: { 'meridian/title': rule.title, 'meridian/controls': rule.controls.join(', ') },
    }
    return [policy(rule, kinds, validations, metadata), ...bindings(rule, kinds, severity, metadata)]
  })
}

function policy(
  rule: Rule,
  kinds: readonly Kind[],
  validations: Rule['validations'],
  metadata: Metadata,
): ValidatingAdmissionPolicy {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata,
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { matchPolicy: 'Equivalent', resourceRules: resourceRules(kinds) },
      matchConditions: [
        // Else an object from before the rule could never lose its finalizers, so never go.
        { name: 'not-being-deleted', expression: '!has(object.metadata.deletionTimestamp)' },
      ],
      ...(rule.variables.length > 0 && {
        variables: rule.variables.map(({ name, cel }) => ({ name, expression: cel })),
      }),
      validations: validations.map(({ cel, message, messageCel }) => ({
        expression: cel,
        message,
        ...(messageCel !== undefined && { messageExpression: messageCel }),
      })),
    },
  }
}

const ENFORCED = { 'meridian/admission': 'enforced' }

/** Whatever label they are given, rules of ours must not lock a cluster out of itself. */
const SYSTEM_NAMESPACES = ['kube-node-lease', 'kube-public', 'kube-system']

function bindings(
  rule: Rule,
  kinds: readonly Kind[],
  severity: Severity,
  metadata: Metadata,
): ValidatingAdmissionPolicyBinding[] {
  const bind = (
    name: string,
    bound: readonly Kind[],
    selectors: Pick<
      ValidatingAdmissionPolicyBinding['spec']['matchResources'],
      'namespaceSelector' | 'objectSelector'
    >,
  ): ValidatingAdmissionPolicyBinding[] => {
    if (bound.length === 0) return []
    const matchResources = {
      matchPolicy: 'Equivalent',
      ...selectors,
      resourceRules: resourceRules(bound),
    } as const
    return [
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { ...metadata, name },
        spec: { policyName: metadata.name, validationActions: actions(rule, severity), matchResources },
      },
    ]
  }
  const outside = {
    key: 'kubernetes.io/metadata.name',
    operator: 'NotIn',
    values: SYSTEM_NAMESPACES,
  } as const
  return [
    ...bind(
      metadata.name,
      kinds.filter(({ namespaced }) => namespaced),
      { namespaceSelector: { matchLabels: ENFORCED, matchExpressions: [outside] } },
    ),
    // A namespace selector lets every cluster-scoped object through to the rule, K3s's own included.
    ...bind(
      `${metadata.name}-cluster`,
      kinds.filter(({ namespaced }) => !namespaced),
      { objectSelector: { matchLabels: ENFORCED } },
    ),
  ]
}

function actions(
  { stage }: Rule,
  severity: Severity,
): ValidatingAdmissionPolicyBinding['spec']['validationActions'] {
  if (stage === 'audit') return ['Audit']
  return stage === 'deny' && severity === 'error' ? ['Deny', 'Audit'] : ['Warn', 'Audit']
}

/** One entry for each group, version and scope, in the order of the kinds. */
function resourceRules(kinds: readonly Kind[]): ResourceRule[] {
  const groups = Map.groupBy(kinds, ({ group, version, namespaced }) => `${group}/${version}/${namespaced}`)
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike
    if (first === undefined) return []
    return [
      {
        apiGroups: [first.group],
        apiVersions: [first.version],
        operations: ['CREATE', 'UPDATE'] as const,
        resources: alike.flatMap(({ resources }) => resources),
        scope: first.namespaced ? ('Namespaced' as const) : ('Cluster' as const),
      },
    ]
  })
}
