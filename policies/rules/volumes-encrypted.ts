import { pod, workload } from '../pods.examples.ts'
import { POD_KINDS, POD_SPEC } from '../pods.ts'
import { defineRule } from '../rule.ts'

/** The one class whose volumes are encrypted; storage-class-encrypted holds it to that. */
const CLASS = 'encrypted'

const claim = (storageClassName?: string) => ({ spec: { storageClassName, accessModes: ['ReadWriteOnce'] } })
const stateful = (storageClassName?: string) =>
  workload(
    { containers: [] },
    {
      kind: 'StatefulSet',
      spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, ...claim(storageClassName) }] },
    },
  )
const ephemeral = (storageClassName?: string) =>
  pod({
    containers: [],
    volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: claim(storageClassName) } }],
  })
const volumeClaim = (storageClassName?: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'example' },
  ...claim(storageClassName),
})

export default defineRule({
  id: 'volumes-encrypted',
  title: 'Every volume that lasts is encrypted',
  why: 'A disk leaves the house: by theft, by repair, by a snapshot that is copied. What is on it must be worth nothing.',
  mend: `Name the storage class ${CLASS} in the claim; it is on every cluster.`,
  controls: ['PCI DSS 3.5.1', 'SOC 2 CC6.1', 'ISO 27001 A.8.24', 'GDPR 32(1)(a)', 'CCPA 1798.150'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: [...POD_KINDS, 'PersistentVolumeClaim'] },
  variables: [
    POD_SPEC,
    {
      name: 'classes',
      cel: `object.kind == 'PersistentVolumeClaim' ? [object.spec.?storageClassName.orValue('')] :
object.spec.?volumeClaimTemplates.orValue([]).map(t, t.spec.?storageClassName.orValue('')) +
variables.pod.?volumes.orValue([]).filter(v, has(v.ephemeral))
  .map(v, v.ephemeral.volumeClaimTemplate.spec.?storageClassName.orValue(''))`,
    },
  ],
  validations: [
    {
      cel: `variables.classes.all(name, name == '${CLASS}')`,
      message: `a claim is not of the storage class ${CLASS}`,
      messageCel: `'not of the storage class ${CLASS}: ' +
variables.classes.filter(name, name != '${CLASS}').map(name, name == '' ? '(none named)' : string(name)).join(', ')`,
    },
  ],
  pass: [stateful(CLASS), ephemeral(CLASS), volumeClaim(CLASS), workload({ containers: [] })],
  fail: [stateful('local-path'), stateful(), ephemeral('gp3'), volumeClaim(), volumeClaim('')],
  mutations: [
    {
      on: 'apps/StatefulSet',
      where: { name: 'cache' },
      change: [{ path: '/spec/volumeClaimTemplates/0/spec/storageClassName', value: 'local-path' }],
    },
    {
      on: 'apps/StatefulSet',
      where: { name: 'prometheus' },
      change: [{ path: '/spec/volumeClaimTemplates/0/spec/storageClassName', remove: true }],
    },
  ],
})
