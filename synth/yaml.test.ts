import { isDeepStrictEqual } from 'node:util'
import test from 'ava'
import fc from 'fast-check'
import { parse, parseAllDocuments } from 'yaml'
import { toYaml, toYamlDocuments } from './yaml.ts'

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'yes',
    'on',
    '1_000',
    '0x1f',
    '.5',
    '1e3',
    '2026-11-23',
    '- a',
    'a: b',
    'a #b',
    '',
    ' ',
    '~',
    '|',
    '12:30',
  ),
  fc.array(fc.string(), { minLength: 2 }).map((lines) => lines.join('\n')),
)
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(text, tie('value'), { noNullPrototype: true }),
  ),
})).value

for (const version of ['1.1', '1.2'] as const) {
  test(`whatever is written parses back to the same data in YAML ${version}`, (t) => {
    const roundTrip = fc.property(json, (value) =>
      isDeepStrictEqual(parse(toYaml(value), { version, merge: false }), value),
    )
    t.notThrows(() => fc.assert(roundTrip, { numRuns: 2000 }))
  })
}

test('it reads like YAML that a person would write', (t) => {
  const object = {
    kind: 'ConfigMap',
    metadata: { name: 'a', annotations: { 'sync-wave': '10' }, labels: {} },
    data: { 'a.conf': 'one\n  two\n\nthree\n', empty: '' },
    list: [{ a: 1, b: [true, null] }, [], ['x']],
    skipped: undefined,
  }
  t.is(
    toYaml(object),
    `kind: ConfigMap
metadata:
  name: a
  annotations:
    sync-wave: "10"
  labels: {}
data:
  a.conf: |
    one
      two

    three
  empty: ""
list:
- a: 1
  b:
  - true
  - null
- []
- - x
`,
  )
})

test('several objects are several documents', (t) => {
  const documents = parseAllDocuments(toYamlDocuments([{ a: 1 }, { b: 2 }]))
  t.deepEqual(
    documents.map((document) => document.toJS()),
    [{ a: 1 }, { b: 2 }],
  )
})
