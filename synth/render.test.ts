import test from 'ava'
import { underAdmission } from './render.ts'

test('a cluster-scoped object is put under our admission and keeps its own labels', (t) => {
  const object = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'encrypted' } }
  t.deepEqual(underAdmission(object).metadata, {
    name: 'encrypted',
    labels: { 'meridian/admission': 'enforced' },
  })
  const labelled = { ...object, metadata: { name: 'encrypted', labels: { tier: 'one' } } }
  t.deepEqual(underAdmission(labelled).metadata.labels, { tier: 'one', 'meridian/admission': 'enforced' })
})

test('a namespaced object is left as it is: its namespace has the label', (t) => {
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'router', namespace: 'router' } }
  t.is(underAdmission(object), object)
})
