import test from 'ava'
import { type AdmissionObject, admissionObjects } from './admission.ts'
import { ruleWith } from './rule.fixture.ts'
import { rules } from './rules.ts'

const policies = (objects: readonly AdmissionObject[]) =>
  objects.filter((object) => object.kind === 'ValidatingAdmissionPolicy')
const bindings = (objects: readonly AdmissionObject[]) =>
  objects.filter((object) => object.kind === 'ValidatingAdmissionPolicyBinding')

const mixed = (changes = {}) =>
  ruleWith({
    variables: [{ name: 'data', cel: 'object.data' }],
    validations: [
      {
        cel: '!has(variables.data.plain)',
        message: 'the key plain is there',
        messageCel: "'it is ' + object.kind",
      },
      { cel: '!has(variables.data.odd)', message: 'the key odd is there', severity: 'warning' },
    ],
    ...changes,
  })

test('the text of every rule reaches the cluster unchanged and whole', (t) => {
  for (const rule of rules.filter(({ scope, admission }) => scope === 'object' && admission)) {
    const emitted = policies(admissionObjects(rule))
    const validations = emitted.flatMap(({ spec }) => spec.validations)
    t.deepEqual(
      validations.toSorted((a, b) => (a.expression < b.expression ? -1 : 1)),
      rule.validations
        .map(({ cel, message, messageCel }) => ({
          expression: cel,
          message,
          ...(messageCel !== undefined && { messageExpression: messageCel }),
        }))
        .toSorted((a, b) => (a.expression < b.expression ? -1 : 1)),
    )
    for (const { spec } of emitted) {
      t.is(spec.failurePolicy, 'Fail')
      t.deepEqual(
        (spec.variables ?? []).map(({ name, expression }) => ({ name, cel: expression })),
        rule.variables,
      )
    }
  }
})

test('a stage decides what an error does, and a warning never denies', (t) => {
  const actionsAt = (stage: string) =>
    Object.fromEntries(
      bindings(admissionObjects(mixed({ stage }))).map(({ spec }) => [
        spec.policyName,
        spec.validationActions,
      ]),
    )
  const [error, warning] = ['meridian-no-plain-key', 'meridian-no-plain-key-warning']
  t.deepEqual(actionsAt('audit'), { [error]: ['Audit'], [warning]: ['Audit'] })
  t.deepEqual(actionsAt('warn'), { [error]: ['Warn', 'Audit'], [warning]: ['Warn', 'Audit'] })
  t.deepEqual(actionsAt('deny'), { [error]: ['Deny', 'Audit'], [warning]: ['Warn', 'Audit'] })
})

test('errors and warnings are policies of their own', (t) => {
  t.deepEqual(
    policies(admissionObjects(mixed())).map(({ metadata, spec }) => [
      metadata.name,
      spec.validations.map(({ message }) => message),
    ]),
    [
      ['meridian-no-plain-key', ['the key plain is there']],
      ['meridian-no-plain-key-warning', ['the key odd is there']],
    ],
  )
  t.deepEqual(
    admissionObjects(ruleWith({ severity: 'warning' })).map(({ metadata }) => metadata.name),
    ['meridian-no-plain-key-warning', 'meridian-no-plain-key-warning'],
  )
})

test('namespaces are bound by our label, and the system ones never', (t) => {
  for (const { metadata, spec } of rules.flatMap((rule) => bindings(admissionObjects(rule)))) {
    if (metadata.name.endsWith('-cluster')) continue
    t.deepEqual(spec.matchResources.namespaceSelector, {
      matchLabels: { 'meridian/admission': 'enforced' },
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: ['kube-node-lease', 'kube-public', 'kube-system'],
        },
      ],
    })
  }
})

test('cluster-scoped objects are bound by their own label, apart from namespaced ones', (t) => {
  const objects = admissionObjects(
    ruleWith({
      match: {
        kinds: ['ConfigMap', 'rbac.authorization.k8s.io/Role', 'rbac.authorization.k8s.io/ClusterRole'],
      },
    }),
  )
  t.deepEqual(
    bindings(objects).map(({ metadata, spec }) => ({
      name: metadata.name,
      policy: spec.policyName,
      object: spec.matchResources.objectSelector,
      namespaced: spec.matchResources.namespaceSelector !== undefined,
      rules: spec.matchResources.resourceRules.map(({ apiGroups, resources, scope }) => [
        apiGroups[0],
        scope,
        ...resources,
      ]),
    })),
    [
      {
        name: 'meridian-no-plain-key',
        policy: 'meridian-no-plain-key',
        object: undefined,
        namespaced: true,
        rules: [
          ['', 'Namespaced', 'configmaps'],
          ['rbac.authorization.k8s.io', 'Namespaced', 'roles'],
        ],
      },
      {
        name: 'meridian-no-plain-key-cluster',
        policy: 'meridian-no-plain-key',
        object: { matchLabels: { 'meridian/admission': 'enforced' } },
        namespaced: false,
        rules: [['rbac.authorization.k8s.io', 'Cluster', 'clusterroles']],
      },
    ],
  )
})

test('a pod rule also sees an ephemeral container that is put into a running pod', (t) => {
  const rule = rules.find(({ id }) => id === 'restricted-security-context')
  t.truthy(rule)
  const [policy] = policies(rule === undefined ? [] : admissionObjects(rule))
  t.deepEqual(policy?.spec.matchConstraints.resourceRules[0], {
    apiGroups: [''],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['pods', 'pods/ephemeralcontainers', 'replicationcontrollers'],
    scope: 'Namespaced',
  })
})

test('an object that is being deleted is let go', (t) => {
  const [policy] = policies(admissionObjects(ruleWith()))
  t.deepEqual(
    policy?.spec.matchConditions.map(({ expression }) => expression),
    ['!has(object.metadata.deletionTimestamp)'],
  )
})

test('rules over the fleet or the cloud stay in the pull request', (t) => {
  t.deepEqual(admissionObjects(ruleWith({ scope: 'fleet' })), [])
  t.deepEqual(admissionObjects(ruleWith({ scope: 'cloud' })), [])
})

test('a rule that only a pull request can answer stays there, too', (t) => {
  t.deepEqual(admissionObjects(ruleWith({ admission: false })), [])
})
