import test from 'ava'
import { admissionObjects, type ValidatingAdmissionPolicyBinding } from './admission.ts'
import { evaluate } from './evaluate.ts'
import { type Packaged, packaged } from './k3s-packaged.fixture.ts'
import { binary } from './rule.fixture.ts'
import { rules } from './rules.ts'

type Labels = Readonly<Record<string, string>>
type Selector = NonNullable<
  ValidatingAdmissionPolicyBinding['spec']['matchResources']['namespaceSelector' | 'objectSelector']
>

const asked = rules.filter(({ scope, admission }) => scope === 'object' && admission)
const bindings = asked
  .flatMap(admissionObjects)
  .filter((object) => object.kind === 'ValidatingAdmissionPolicyBinding')

/** The system namespace as K3s makes it, and as somebody may label it by mistake. */
const systemLabels: readonly Labels[] = [
  { 'kubernetes.io/metadata.name': 'kube-system' },
  { 'kubernetes.io/metadata.name': 'kube-system', 'meridian/admission': 'enforced' },
]

test('rules would object to what K3s ships, so it matters that they are not asked', async (t) => {
  const findings = await evaluate(
    asked,
    packaged.map((object) => ({ text: JSON.stringify(object) })),
    { binary },
  )
  const names = new Set(findings.map(({ name }) => name))
  for (const name of ['coredns', 'local-path-provisioner', 'metrics-server', 'svclb-gateway-00000000']) {
    t.true(names.has(name), name)
  }
  t.true(findings.some(({ rule, name }) => rule === 'storage-class-encrypted' && name === 'local-path'))
  t.deepEqual(
    findings.filter(({ error }) => error),
    [],
  )
})

test('no binding ever matches what K3s ships, even in a namespace that is labelled by mistake', (t) => {
  t.true(bindings.length > asked.length / 2)
  for (const binding of bindings) {
    for (const object of packaged) {
      for (const labels of systemLabels) {
        t.false(
          matches(binding, object, labels),
          `${binding.metadata.name}: ${object.kind} ${object.metadata.name}`,
        )
      }
    }
  }
})

test('the same objects in a namespace of ours, or under our label, are matched', (t) => {
  const ours = { 'kubernetes.io/metadata.name': 'gateway', 'meridian/admission': 'enforced' }
  for (const binding of bindings) {
    const moved = packaged.map((object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { 'meridian/admission': 'enforced' } },
    }))
    t.true(
      moved.some((object) => matches(binding, object, ours)),
      binding.metadata.name,
    )
  }
})

/** Whether a binding's selectors let an object of any kind through (meta/v1 LabelSelector). */
function matches(
  { spec }: ValidatingAdmissionPolicyBinding,
  { metadata }: Packaged,
  namespaceLabels: Labels,
) {
  const { namespaceSelector, objectSelector, resourceRules } = spec.matchResources
  const scope = metadata.namespace === undefined ? 'Cluster' : 'Namespaced'
  if (!resourceRules.some((rule) => rule.scope === scope)) return false
  // The API server asks a namespace selector of namespaced objects alone.
  const inside = metadata.namespace === undefined || selects(namespaceSelector, namespaceLabels)
  return inside && selects(objectSelector, metadata.labels)
}

function selects(selector: Selector | undefined, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => !values.includes(labels[key] ?? ''))
  )
}
