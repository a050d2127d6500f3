import { defineRule } from '../rule.ts'

const SYSTEM = `['kube-node-lease', 'kube-public', 'kube-system']`
const OWN_LABEL = `.?matchLabels[?'meridian/admission'].orValue('') == 'enforced'`

const policy = (spec: object) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: 'meridian-app' },
  spec: {
    failurePolicy: 'Fail',
    matchConditions: [{ name: 'a', expression: '!has(object.metadata.deletionTimestamp)' }],
    ...spec,
  },
})
const binding = (matchResources: object, validationActions: readonly string[] = ['Warn', 'Audit']) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: 'meridian-app' },
  spec: { policyName: 'meridian-app', validationActions, matchResources },
})
const labelled = { matchLabels: { 'meridian/admission': 'enforced' } }
const spared = (values: readonly string[]) => ({
  namespaceSelector: {
    ...labelled,
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values }],
  },
})
const system = ['kube-node-lease', 'kube-public', 'kube-system']

/** The API server asks no admission policy about admission policies, so the pull request alone judges them. */
export default defineRule({
  id: 'admission-spares-the-system',
  title: 'Admission holds for what is labelled and never for the system',
  why: "A policy that judges the cluster's own namespaces can lock the cluster out of itself, and nobody can mend that by a pull request.",
  mend: 'Let policies/admission.ts make policies and bindings of a rule; write none by hand.',
  controls: ['SOC 2 CC8.1', 'SOC 2 A1.2', 'ISO 27001 A.8.9', 'ISO 27001 A.8.14'],
  scope: 'object',
  stage: 'warn',
  admission: false,
  match: {
    kinds: [
      'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    ],
  },
  variables: [
    { name: 'binding', cel: `object.kind == 'ValidatingAdmissionPolicyBinding'` },
    { name: 'matched', cel: 'object.spec.?matchResources.orValue({})' },
  ],
  validations: [
    {
      cel: `!variables.binding || variables.matched.?objectSelector${OWN_LABEL} ||
(variables.matched.?namespaceSelector${OWN_LABEL} &&
variables.matched.?namespaceSelector.?matchExpressions.orValue([]).exists(e,
  e.key == 'kubernetes.io/metadata.name' && e.operator == 'NotIn' && ${SYSTEM}.all(n, n in e.?values.orValue([]))))`,
      message: "the binding is not bounded by our label, or does not spare the cluster's own namespaces",
    },
    {
      cel: `!variables.binding || 'Audit' in object.spec.?validationActions.orValue([])`,
      message: 'the binding leaves no trace in the audit log',
    },
    {
      cel: `variables.binding || object.spec.?failurePolicy.orValue('Fail') == 'Fail'`,
      message: 'the policy lets through what it cannot judge',
    },
    {
      cel: `variables.binding || object.spec.?matchConditions.orValue([])
  .exists(c, c.expression.contains('deletionTimestamp'))`,
      message: 'the policy holds back an object that is being deleted',
    },
  ],
  pass: [policy({}), binding(spared(system)), binding({ objectSelector: labelled })],
  fail: [
    policy({ failurePolicy: 'Ignore' }),
    policy({ matchConditions: [] }),
    binding({}),
    binding({ namespaceSelector: labelled }),
    binding(spared(['kube-system'])),
    binding(spared(system), ['Deny']),
    binding({ namespaceSelector: { matchExpressions: spared(system).namespaceSelector.matchExpressions } }),
  ],
  mutations: [
    {
      on: 'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
      change: [{ path: '/spec/matchResources', value: {} }],
    },
    {
      on: 'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
      change: [{ path: '/spec/failurePolicy', value: 'Ignore' }],
    },
  ],
})
