import test from 'ava'
import { configMap, ruleWith } from './rule.fixture.ts'
import { RuleError } from './rule.ts'

test('a rule is given with its defaults', (t) => {
  const rule = ruleWith()
  t.is(rule.severity, 'error')
  t.is(rule.stage, 'audit')
  t.deepEqual(rule.variables, [])
  t.deepEqual(rule.permissions, [])
})

test('an unknown kind is refused in one line that suggests the right one', (t) => {
  const refuse = (kind: string) =>
    t.throws(() => ruleWith({ match: { kinds: ['ConfigMap', kind] } }), { instanceOf: RuleError })?.message
  t.is(
    refuse('apps/Deploymnet'),
    'rule no-plain-key: match.kinds: unknown kind apps/Deploymnet; did you mean apps/Deployment?',
  )
  t.is(
    refuse('extensions/Ingress'),
    'rule no-plain-key: match.kinds: unknown kind extensions/Ingress; did you mean networking.k8s.io/Ingress?',
  )
  t.is(
    refuse('Widget'),
    'rule no-plain-key: match.kinds: unknown kind Widget; policies/kinds.ts lists those known',
  )
})

test('outside scope object a kind may be any, since no cluster needs to know it', (t) => {
  const fleet = { apiVersion: 'fleet.meridian/v1', kind: 'Fleet' }
  const rule = ruleWith({
    scope: 'fleet',
    match: { kinds: ['fleet.meridian/Fleet'] },
    pass: [fleet],
    fail: [fleet],
  })
  t.deepEqual(rule.match.kinds, ['fleet.meridian/Fleet'])
})

test('a rule that does not match its own examples is refused', (t) => {
  const error = t.throws(() => ruleWith({ match: { kinds: ['Secret'] } }), { instanceOf: RuleError })
  t.deepEqual(error?.problems, [
    'rule no-plain-key: pass[0] is v1 ConfigMap, which match.kinds does not match',
    'rule no-plain-key: fail[0] is v1 ConfigMap, which match.kinds does not match',
  ])
  t.throws(() => ruleWith({ fail: [{ ...configMap({}), apiVersion: 'apps/v1' }] }), {
    message: /fail\[0\] is apps\/v1 ConfigMap/,
  })
})

test('everything that is wrong with a rule is said at once, by its place', (t) => {
  const error = t.throws(() => ruleWith({ id: 'No Plain', controls: ['HIPAA 164'], validations: [] }), {
    instanceOf: RuleError,
  })
  t.is(error?.problems.length, 3)
  t.regex(error?.message ?? '', /rule No Plain: id: is lower-case words joined by hyphens/)
  t.regex(error?.message ?? '', /rule No Plain: controls.0: names SOC 2, ISO 27001, PCI DSS, GDPR or CCPA/)
  t.regex(error?.message ?? '', /rule No Plain: validations: /)
})

test('a variable that stands twice is refused, since the second would hide the first', (t) => {
  const variable = { name: 'data', cel: 'object.data' }
  t.throws(() => ruleWith({ variables: [variable, variable] }), {
    message: 'rule no-plain-key: variables: data stands twice',
  })
})
