import test from 'ava'
import { exampleProblems } from './examples.ts'
import { binary, configMap, ruleWith } from './rule.fixture.ts'

const plain = { cel: '!has(object.data.plain)', message: 'the key plain is there' }

test('a rule that does what its examples say has no problem', async (t) => {
  t.deepEqual(await exampleProblems([ruleWith()], { binary }), [])
})

test('an example that does not pass, and one that does not fail, are named', async (t) => {
  const rule = ruleWith({ pass: [configMap({ plain: '' })], fail: [configMap({ safe: '' })] })
  t.deepEqual(await exampleProblems([rule], { binary }), [
    'rule no-plain-key: pass[0] does not pass: the key plain is there',
    'rule no-plain-key: fail[0] passes',
  ])
})

test('a validation that no example violates is named, since it may never fire', async (t) => {
  const rule = ruleWith({
    validations: [plain, { cel: "object.kind != 'Secret'", message: 'it is a Secret' }],
  })
  t.deepEqual(await exampleProblems([rule], { binary }), [
    'rule no-plain-key: validations[1] (it is a Secret) is violated by no example, so it may never fire',
  ])
})

test('an example that fails only because the expression breaks on it is no proof', async (t) => {
  const rule = ruleWith({ validations: [{ cel: "object.data.safe == 'yes'", message: 'it is not safe' }] })
  t.deepEqual(await exampleProblems([rule], { binary }), [
    'rule no-plain-key: fail[0]: cannot be evaluated: no such key: safe',
  ])
})
