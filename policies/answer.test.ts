import test from 'ava'
import { findingsOf } from './answer.ts'
import { ruleWith } from './rule.fixture.ts'

const finding = JSON.stringify({
  document: 0,
  line: 1,
  rule: 'no-plain-key',
  validation: 0,
  message: 'the key plain is there',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'settings',
})
const done = JSON.stringify({ done: { documents: 1, objects: 1, evaluations: 1 } })
const read = (stdout: string, status: number | null = 0) =>
  findingsOf({ stdout, stderr: 'out of\nmemory\n', status }, [ruleWith()])

test('a complete answer gives its findings', (t) => {
  t.like(read(`${finding}\n${done}\n`), [{ rule: 'no-plain-key', severity: 'error' }])
})

test('an answer that is cut off is never taken for a good one', (t) => {
  for (const stdout of ['', `${finding}\n`, `${finding}\n${done}`, `${finding}\n{"done"`]) {
    t.throws(() => read(stdout), { code: 'EVALUATOR_FAILED' }, stdout)
  }
})

test('an evaluator that ends badly has not judged, whatever it wrote', (t) => {
  t.throws(() => read(`${done}\n`, 1), {
    message: 'the policy evaluator ended with status 1 before its answer was complete: out of memory',
  })
  t.throws(() => read(`${done}\n`, null), { message: /was ended by a signal/ })
})

test('a finding of a rule or validation that was not asked for is a fault of the evaluator', (t) => {
  t.throws(() => read(`${finding.replace('no-plain-key', 'other')}\n${done}\n`), { code: 'EVALUATOR_FAILED' })
  t.throws(() => read(`${finding.replace('"validation":0', '"validation":7')}\n${done}\n`), {
    code: 'EVALUATOR_FAILED',
  })
})
