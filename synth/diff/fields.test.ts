import test from 'ava'
import fc from 'fast-check'
import { fieldChanges } from './fields.ts'
import { canonical } from './plain.ts'

test('a changed scalar is named by its path, list items by their names', (t) => {
  const pod = (image: string) => ({
    spec: {
      containers: [
        { name: 'router', image },
        { name: 'log', image: 'l' },
      ],
    },
  })
  t.deepEqual(fieldChanges(pod('a'), pod('b')), [
    { path: 'spec.containers[router].image', before: 'a', after: 'b' },
  ])
})

test('an item put in front is one item added, and keyed lists have no order', (t) => {
  const env = (...names: string[]) => ({ env: names.map((name) => ({ name, value: name.toUpperCase() })) })
  t.deepEqual(fieldChanges(env('b', 'c'), env('a', 'b', 'c')), [
    { path: 'env[a]', after: { name: 'a', value: 'A' } },
  ])
  t.deepEqual(fieldChanges(env('a', 'b'), env('b', 'a')), [])
})

test('ports, mounts and volumes are matched by what Kubernetes merges them by', (t) => {
  const port = (nodePort: number) => ({
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP', nodePort },
    ],
  })
  t.deepEqual(fieldChanges(port(1), port(2)), [{ path: 'ports[53/TCP].nodePort', before: 1, after: 2 }])
  const mount = (readOnly: boolean) => ({
    volumeMounts: [
      { mountPath: '/a', name: 'x' },
      { mountPath: '/b', name: 'x', readOnly },
    ],
  })
  t.deepEqual(fieldChanges(mount(true), mount(false)), [
    { path: 'volumeMounts[/b].readOnly', before: true, after: false },
  ])
  const claim = (size: string) => ({ volumeClaimTemplates: [{ metadata: { name: 'disk' }, size }] })
  t.is(fieldChanges(claim('1Gi'), claim('2Gi'))[0]?.path, 'volumeClaimTemplates[disk].size')
})

test('rules are matched by what they say: one put in front leaves the others alone', (t) => {
  const rule = (verb: string) => ({ verbs: [verb], resources: ['pods'] })
  t.deepEqual(fieldChanges({ rules: [rule('get')] }, { rules: [rule('list'), rule('get')] }), [
    { path: 'rules[0]', after: rule('list') },
  ])
  t.deepEqual(
    fieldChanges({ rules: [rule('get'), rule('list')] }, { rules: [rule('list'), rule('get')] }),
    [],
  )
})

test('scalars come and go by their value; the order of arguments counts', (t) => {
  t.deepEqual(fieldChanges({ verbs: ['get', 'list'] }, { verbs: ['get', 'watch'] }), [
    { path: 'verbs[]', before: 'list' },
    { path: 'verbs[]', after: 'watch' },
  ])
  t.is(fieldChanges({ args: ['--a', '--b'] }, { args: ['--b', '--a'] }).length, 1)
})

test('JSON in a text is compared by its fields, other texts by the lines that differ', (t) => {
  const config = (retries: number) => ({
    data: { 'router.json': JSON.stringify({ retries, on: true }, null, 2) },
  })
  t.deepEqual(fieldChanges(config(1), config(2)), [
    { path: 'data["router.json"].retries', before: 1, after: 2 },
  ])
  t.deepEqual(fieldChanges({ script: 'a\nb\nc\n' }, { script: 'a\nB\nc\n' }), [
    { path: 'script', before: 'b', after: 'B' },
  ])
})

test('nothing differs from itself, whatever it is and however its keys stand', (t) => {
  t.deepEqual(fieldChanges({ offset: -0 }, { offset: 0 }), [])
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      t.deepEqual(fieldChanges(value, value), [])
      t.deepEqual(fieldChanges(value, JSON.parse(canonical(value))), [])
    }),
  )
})

test('whatever differs is found, and both directions find the same fields', (t) => {
  // Lists of maps have no order; none are made here, so that equal means equal.
  const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom('a', 'b', 'x\ny'))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('p', 'q', 'r.s'), tie('tree'), { maxKeys: 3 }),
    ),
  }))
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const forth = fieldChanges(a, b)
      t.is(forth.length === 0, canonical(a) === canonical(b))
      t.is(fieldChanges(b, a).length, forth.length)
    }),
  )
})
