import test from 'ava'
import { strictSchema } from './strict.ts'

const definitions = {
  'io.example.Tree': {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string' },
      branch: { $ref: '#/definitions/io.example.Tree' },
      size: { $ref: '#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity' },
      any: { $ref: '#/definitions/io.example.Free' },
    },
  },
  'io.example.Free': { type: 'object' },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'string' },
}
const tree = { $ref: '#/definitions/io.example.Tree' }

test('an object with named properties allows no others, one without stays free', (t) => {
  const schema = strictSchema(
    { type: 'object', properties: { a: { type: 'object' } } },
    definitions,
    'where said',
  )
  t.is(schema.additionalProperties, false)
  t.is(schema.properties?.a?.additionalProperties, undefined)
})

test('an object that preserves unknown fields stays free, and its known fields are strict', (t) => {
  const open = {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    properties: { a: { type: 'object', properties: { b: { type: 'string' } } } },
  }
  const schema = strictSchema(open, definitions, 'where said')
  t.is(schema.additionalProperties, undefined)
  t.is(schema.properties?.a?.additionalProperties, false)
})

test('a definition that refers to itself ends', (t) => {
  const { definitions: inside } = strictSchema({ properties: { tree } }, definitions, 'where said')
  t.deepEqual(Object.keys(inside as object), [
    'io.example.Free.orNull',
    'io.example.Tree',
    'io.example.Tree.orNull',
    'io.k8s.apimachinery.pkg.api.resource.Quantity.orNull',
  ])
})

test('only an optional field of the API may be null', (t) => {
  const api = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string' }, b: { type: 'string' } },
  }
  const { properties } = strictSchema(api, definitions, 'optional fields')
  t.is(properties?.a?.type, 'string')
  t.deepEqual(properties?.b?.type, ['string', 'null'])
})

test('a field of a custom resource may be null where it says so, its choices with it', (t) => {
  const custom = { properties: { a: { type: 'string', nullable: true, enum: ['x'] }, b: { type: 'string' } } }
  const { properties } = strictSchema(custom, definitions, 'where said')
  t.deepEqual(properties?.a, { type: ['string', 'null'], enum: ['x', null] })
  t.is(properties?.b?.type, 'string')
})

test('an integer or string may be either, and a quantity a number or a string of its form', (t) => {
  const schema = { properties: { port: { 'x-kubernetes-int-or-string': true } }, items: tree }
  const strict = strictSchema(schema, definitions, 'where said')
  t.deepEqual(strict.properties?.port?.type, ['integer', 'string'])
  const inside = strict.definitions as Record<string, { type: unknown; pattern: string }>
  const quantity = inside['io.k8s.apimachinery.pkg.api.resource.Quantity.orNull']
  t.deepEqual(quantity?.type, ['string', 'number', 'null'])
  for (const good of ['1', '1.5Gi', '.5', '1e-3', '-2m', '100n'])
    t.regex(good, new RegExp(quantity?.pattern ?? ''))
  for (const bad of ['', '1GB', '1 Gi', 'Gi', '1.2.3']) t.notRegex(bad, new RegExp(quantity?.pattern ?? ''))
})

test("OpenAPI's exclusive bounds become JSON Schema's", (t) => {
  const schema = { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 9 }
  const strict = strictSchema(schema, definitions, 'where said')
  t.is(strict.exclusiveMinimum, 0)
  t.is(strict.minimum, undefined)
  t.is(strict.maximum, 9)
})

test('a reference to nothing is an error', (t) => {
  t.throws(() => strictSchema({ $ref: 'io.example.Nobody' }, definitions, 'where said'), {
    message: 'no definition is called io.example.Nobody',
  })
})
