import test from 'ava'
import { evaluate } from './evaluate.ts'
import { EvaluatorError } from './evaluator-error.ts'
import { binary, configMap, ruleWith } from './rule.fixture.ts'

const plain = { cel: '!has(object.data.plain)', message: 'the key plain is there' }
const json = (object: object) => ({ text: JSON.stringify(object) })

test('a finding says which object breaks which rule where, how badly, and what mends it', async (t) => {
  const text = '# settings\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  plain: x\n'
  t.deepEqual(await evaluate([ruleWith()], [json(configMap({})), { text }], { binary }), [
    {
      rule: 'no-plain-key',
      severity: 'error',
      document: 1,
      line: 2,
      validation: 0,
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'a',
      message: 'the key plain is there',
      error: false,
      mend: 'Remove the key plain.',
    },
  ])
})

test('a rule judges only objects of the group and kind that it matches', async (t) => {
  const others = [
    { ...configMap({ plain: '' }), kind: 'Secret' },
    { ...configMap({ plain: '' }), apiVersion: 'example/v1' },
  ]
  t.deepEqual(await evaluate([ruleWith()], others.map(json), { binary }), [])
})

test('every object of a document is judged, items of a List too', async (t) => {
  const bad = (name: string) => JSON.stringify(configMap({ plain: '' }, name))
  const text = `${bad('a')}\n---\n${bad('b')}\n---\n{apiVersion: v1, kind: List, items: [${bad('c')}, ${bad('d')}]}\n`
  const findings = await evaluate([ruleWith()], [{ text }], { binary })
  t.deepEqual(
    findings.map(({ name, line }) => [name, line]),
    [
      ['a', 1],
      ['b', 2],
      ['c', 4],
      ['d', 4],
    ],
  )
})

test('findings stand in the order of document, object, rule and validation, on every run', async (t) => {
  const rules = ['b', 'a'].map((id) => ruleWith({ id, validations: [plain, plain] }))
  const documents = Array.from({ length: 500 }, (_, i) => ({
    text: `${JSON.stringify(configMap({ plain: '' }, `x${i}`))}\n---\n${JSON.stringify(configMap({ plain: '' }, `y${i}`))}`,
  }))
  const first = await evaluate(rules, documents, { binary })
  const expected = documents.flatMap((_, i) =>
    [`x${i}`, `y${i}`].flatMap((name) =>
      ['b', 'a'].flatMap((rule) => [0, 1].map((validation) => [i, name, rule, validation])),
    ),
  )
  t.deepEqual(
    first.map(({ document, name, rule, validation }) => [document, name, rule, validation]),
    expected,
  )
  t.deepEqual(await evaluate(rules, documents, { binary }), first)
})

test('a validation has a severity of its own where it says so', async (t) => {
  const rule = ruleWith({ validations: [plain, { ...plain, severity: 'warning' }] })
  const findings = await evaluate([rule], [json(configMap({ plain: '' }))], { binary })
  t.deepEqual(
    findings.map(({ severity }) => severity),
    ['error', 'warning'],
  )
})

test('an expression that breaks on an object is a finding, as admission refuses it', async (t) => {
  const rule = ruleWith({ validations: [{ cel: 'object.data.deep.deeper == 1', message: 'it is not one' }] })
  const [finding] = await evaluate([rule], [json(configMap({}))], { binary })
  t.like(finding, { error: true, severity: 'error', message: 'cannot be evaluated: no such key: deep' })
})

test('an expression that costs more than the API server allows is a finding', async (t) => {
  const nested = 'object.data.all(a, '.repeat(8)
  const rule = ruleWith({
    validations: [{ cel: `${nested}true${')'.repeat(8)}`, message: 'it is too dear' }],
  })
  const data = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, '']))
  const [finding] = await evaluate([rule], [json(configMap(data))], { binary })
  t.true(finding?.error)
  t.regex(finding?.message ?? '', /cost/)
})

test('variables are shared by a rule, and a message may name what is wrong', async (t) => {
  const rule = ruleWith({
    variables: [
      { name: 'keys', cel: "object.data.map(k, k).filter(k, k.startsWith('p'))" },
      { name: 'count', cel: 'variables.keys.size()' },
    ],
    validations: [
      {
        cel: 'variables.count == 0',
        message: 'keys begin with p',
        messageCel: "'bad: ' + variables.keys.sort().join(', ')",
      },
      {
        cel: 'variables.count == 0',
        message: 'the fixed words',
        messageCel: "string(object.data['nothing'])",
      },
      { cel: 'variables.count == 0', message: 'one line only', messageCel: "'two\\nlines'" },
    ],
  })
  const findings = await evaluate([rule], [json(configMap({ plain: '', pure: '', q: '' }))], { binary })
  t.deepEqual(
    findings.map(({ message }) => message),
    ['bad: plain, pure', 'the fixed words', 'one line only'],
  )
})

test('each wrong expression gives one clear line with its rule, place and text', async (t) => {
  const rules = [
    ruleWith({ id: 'first', validations: [plain, { cel: 'object.data.size() >', message: 'it is wrong' }] }),
    ruleWith({ id: 'second', variables: [{ name: 'n', cel: "1 +\n  'a'" }] }),
    ruleWith({ id: 'third', validations: [{ cel: 'object.data.size()', message: 'it is a number' }] }),
    // What only admission knows is not there to be read.
    ruleWith({
      id: 'fourth',
      validations: [{ cel: "request.operation == 'CREATE'", message: 'it is not new' }],
    }),
  ]
  const error = await t.throwsAsync(evaluate(rules, [json(configMap({}))], { binary }), {
    instanceOf: EvaluatorError,
    code: 'RULE_INVALID',
  })
  t.deepEqual(
    error?.message.split('\n').map((line) => line.replace(/mismatched input .*? in:/, '(syntax) in:')),
    [
      'rule first: validations[1].cel, line 1, column 21: Syntax error: (syntax) in: object.data.size() >',
      "rule second: variables.n, line 1, column 3: found no matching overload for '_+_' applied to '(int, string)' in: 1 +",
      'rule third: validations[0].cel, line 1, column 1: must evaluate to bool but got int in: object.data.size()',
      "rule fourth: validations[0].cel, line 1, column 1: undeclared reference to 'request' (in container '') in: request.operation == 'CREATE'",
    ],
  )
})

test('wrong rules are reported however much input is still to come', async (t) => {
  const text = JSON.stringify(configMap({ long: 'x'.repeat(1 << 20) }))
  const documents = Array.from({ length: 40 }, () => ({ text }))
  const rule = ruleWith({ validations: [{ cel: '!', message: 'it is wrong' }] })
  await t.throwsAsync(evaluate([rule], documents, { binary }), { code: 'RULE_INVALID' })
})

test('a document that cannot be read is an error with its place, never skipped', async (t) => {
  const documents = [
    json(configMap({})),
    { text: 'apiVersion: v1\nkind: ConfigMap\nkind: Secret\n' },
    { text: '# only a comment\n' },
    { text: 'apiVersion: v1\nkind: ConfigMap\n---\nname: no kind\n' },
  ]
  const error = await t.throwsAsync(evaluate([ruleWith()], documents, { binary }), {
    instanceOf: EvaluatorError,
    code: 'DOCUMENT_INVALID',
  })
  t.deepEqual(error?.documents, [
    { document: 1, line: 3, message: 'key "kind" already set in map' },
    { document: 3, line: 3, message: 'is no object with apiVersion and kind' },
  ])
})

test('documents are framed in bytes, whatever letters they have', async (t) => {
  const documents = ['Zürich', '東京', '🌍'].map((name) => json(configMap({ plain: name }, name)))
  const findings = await evaluate([ruleWith()], documents, { binary })
  t.deepEqual(
    findings.map(({ name }) => name),
    ['Zürich', '東京', '🌍'],
  )
})

test('a source of documents that breaks rejects with its own error', async (t) => {
  async function* broken() {
    yield json(configMap({}))
    throw new Error('the disk is gone')
  }
  await t.throwsAsync(evaluate([ruleWith()], broken(), { binary }), { message: 'the disk is gone' })
})

test('an evaluator that is missing, or dies without an answer, is said so', async (t) => {
  const missing = await t.throwsAsync(evaluate([ruleWith()], [], { binary: `${binary}-missing` }))
  t.regex(missing?.message ?? '', /policy-evaluator-missing is not there: npm start builds it/)
  await t.throwsAsync(evaluate([ruleWith()], [], { binary: '/bin/false' }), { code: 'EVALUATOR_FAILED' })
  // A program that ends well but says nothing has judged nothing.
  await t.throwsAsync(evaluate([ruleWith()], [], { binary: '/bin/true' }), { code: 'EVALUATOR_FAILED' })
})
