import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { admissionObjects } from '../../policies/admission.ts'
import { ruleWith } from '../../policies/rule.fixture.ts'
import { rules } from '../../policies/rules.ts'
import { root } from '../sources.ts'
import { toYaml } from '../yaml.ts'
import { bindingIn, lockOut } from './bindings.ts'

const matchLabels = { 'meridian/admission': 'enforced' }
const outside = {
  key: 'kubernetes.io/metadata.name',
  operator: 'NotIn',
  values: ['kube-node-lease', 'kube-public', 'kube-system'],
}

const locksOut = (matchResources: object | undefined) => {
  const binding = bindingIn(
    toYaml({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'any' },
      spec: { policyName: 'any', validationActions: ['Deny'], ...(matchResources && { matchResources }) },
    }),
  )
  return binding && lockOut(binding, [], 'policies/rules/any.ts:1')?.message
}

test('no binding of a rule of ours reaches what a cluster lives by', (t) => {
  const objects = [...rules, ruleWith({ match: { kinds: ['Namespace', 'Pod'] }, pass: [pod], fail: [pod] })]
    .flatMap(admissionObjects)
    .map((object) => bindingIn(toYaml({ ...object })))
    .filter((binding) => binding !== undefined)
  t.true(objects.length >= rules.filter(({ scope, admission }) => scope === 'object' && admission).length)
  t.deepEqual(
    objects.flatMap((binding) => lockOut(binding, [], '') ?? []),
    [],
  )
})

test('no rendered binding does', (t) => {
  const folder = join(root, 'rendered/apps/policies/all')
  const bindings = readdirSync(folder).flatMap(
    (file) => bindingIn(readFileSync(join(folder, file), 'utf8')) ?? [],
  )
  t.true(bindings.length >= 4)
  t.deepEqual(
    bindings.flatMap((binding) => lockOut(binding, [], '') ?? []),
    [],
  )
})

test('a binding that excepts the system namespaces locks nobody out', (t) => {
  t.is(locksOut({ namespaceSelector: { matchLabels, matchExpressions: [outside] } }), undefined)
  t.is(locksOut({ namespaceSelector: { matchExpressions: [outside] } }), undefined)
})

const open: readonly [title: string, matchResources: object | undefined][] = [
  ['everything', undefined],
  ['every namespace', {}],
  ['every namespace, selected', { namespaceSelector: {} }],
  ['any namespace that somebody gives our label', { namespaceSelector: { matchLabels } }],
  [
    'any namespace with some label',
    { namespaceSelector: { matchExpressions: [{ key: 'meridian/admission', operator: 'Exists' }] } },
  ],
  [
    'all but one of the system namespaces',
    { namespaceSelector: { matchExpressions: [{ ...outside, values: ['kube-public', 'kube-node-lease'] }] } },
  ],
  ['cluster-scoped objects of anybody', { objectSelector: {}, resourceRules: [{ scope: 'Cluster' }] }],
  ['cluster-scoped objects without a selector', { resourceRules: [{ scope: 'Cluster' }] }],
  [
    'namespaced objects by their own label',
    { objectSelector: { matchLabels }, resourceRules: [{ scope: 'Namespaced' }] },
  ],
]
for (const [title, matchResources] of open) {
  test(`a binding of ${title} is found`, (t) => {
    t.regex(locksOut(matchResources) ?? '', /kube-system|do not carry our label/)
  })
}

test('cluster-scoped objects are bound by a label of their own', (t) => {
  t.is(locksOut({ objectSelector: { matchLabels }, resourceRules: [{ scope: 'Cluster' }] }), undefined)
})

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }
