import type { ObjectChange } from '../change.ts'
import { at, canonical, listAt, type Plain, textAt } from '../plain.ts'
import { type DangerSign, say } from './sign.ts'

const webhooks = new Set(['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'])
const ranks = ['Audit', 'Warn', 'Deny']

export const policies: readonly DangerSign[] = [
  {
    id: 'policy-removed',
    severity: 'high',
    find({ op, id }) {
      if (op !== 'removed') return []
      if (id.kind === 'ValidatingAdmissionPolicy')
        return ['is removed: the cluster no longer holds objects against it']
      if (id.kind === 'ValidatingAdmissionPolicyBinding') return ['is removed: its policy binds nobody']
      return webhooks.has(id.kind) ? ['is removed: nothing asks it any more'] : []
    },
  },
  {
    id: 'policy-loosened',
    severity: 'high',
    find: (change) => [...bindingLosses(change), ...ruleLosses(change), ...webhookLosses(change)],
  },
  {
    id: 'limits-removed',
    severity: 'medium',
    find: ({ op, id }) =>
      op === 'removed' && (id.kind === 'ResourceQuota' || id.kind === 'LimitRange')
        ? ['is removed: one workload may take all of a node']
        : [],
  },
]

function bindingLosses({ op, id, before, after }: ObjectChange): readonly string[] {
  if (op !== 'changed' || id.kind !== 'ValidatingAdmissionPolicyBinding') return []
  const actions = (object: Plain | undefined) => listAt(object, 'spec', 'validationActions').map(String)
  const rank = (list: readonly string[]) => Math.max(-1, ...list.map((action) => ranks.indexOf(action)))
  const found: string[] = []
  const [old, now] = [actions(before), actions(after)]
  if (rank(now) < rank(old)) found.push(`does less: ${old.join(' and ')} → ${now.join(' and ') || 'nothing'}`)
  const scope = (object: Plain | undefined, ...keys: string[]) =>
    at(object, 'spec', 'matchResources', ...keys)
  const judged = resourcesOf(scope(after))
  const had = resourcesOf(scope(before))
  for (const resource of had)
    if (judged.length > 0 && !judged.includes(resource)) found.push(`no longer binds ${resource}`)
  if (had.length === 0 && judged.length > 0) found.push(`binds ${judged.join(', ')} alone`)
  for (const selector of ['namespaceSelector', 'objectSelector', 'excludeResourceRules']) {
    if (canonical(scope(before, selector)) !== canonical(scope(after, selector))) {
      found.push(`binds other objects: its ${selector} changes`)
    }
  }
  return found
}

function ruleLosses({ op, id, before, after }: ObjectChange): readonly string[] {
  if (op !== 'changed' || id.kind !== 'ValidatingAdmissionPolicy') return []
  const found: string[] = []
  const expressions = (object: Plain | undefined, field: string) =>
    listAt(object, 'spec', field).map((item) => textAt(item, 'expression') ?? '')
  const now = expressions(after, 'validations')
  const gone = expressions(before, 'validations').filter((expression) => !now.includes(expression))
  if (now.length < expressions(before, 'validations').length) {
    found.push(`drops a validation: ${gone[0] ?? 'one of its expressions'}`)
  }
  const had = expressions(before, 'matchConditions')
  const narrower = expressions(after, 'matchConditions').filter((expression) => !had.includes(expression))
  if (narrower.length > 0) found.push(`looks at fewer objects: only where ${narrower[0]}`)
  if (at(before, 'spec', 'failurePolicy') !== 'Ignore' && at(after, 'spec', 'failurePolicy') === 'Ignore') {
    found.push('lets objects in when it fails (failurePolicy Ignore)')
  }
  const judged = resourcesOf(at(after, 'spec', 'matchConstraints'))
  for (const resource of resourcesOf(at(before, 'spec', 'matchConstraints'))) {
    if (!judged.includes(resource)) found.push(`no longer judges ${resource}`)
  }
  if (
    listAt(after, 'spec', 'matchConstraints', 'excludeResourceRules').length >
    listAt(before, 'spec', 'matchConstraints', 'excludeResourceRules').length
  ) {
    found.push('excludes more objects')
  }
  return found
}

/** The resources that a match names: `services`, `deployments`. */
function resourcesOf(match: unknown): readonly string[] {
  return [...new Set(listAt(match, 'resourceRules').flatMap((rule) => listAt(rule, 'resources').map(String)))]
}

function webhookLosses({ op, id, before, after }: ObjectChange): readonly string[] {
  if (op !== 'changed' || !webhooks.has(id.kind)) return []
  const failing = (object: Plain | undefined) =>
    listAt(object, 'webhooks')
      .filter((hook) => at(hook, 'failurePolicy') === 'Ignore')
      .map((hook) => say(at(hook, 'name')))
  const had = failing(before)
  return failing(after)
    .filter((name) => !had.includes(name))
    .map((name) => `${name} lets objects in when it fails (failurePolicy Ignore)`)
}
