import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { FactsError } from '../../clusters/facts.ts'
import { ruleWith } from '../../policies/rule.fixture.ts'
import { applyExceptions, readExceptions } from './exceptions.ts'
import type { Finding } from './finding.ts'

const rules = [ruleWith(), ruleWith({ id: 'denies', stage: 'deny' })]

const finding = (changes: Partial<Finding> = {}): Finding => ({
  rule: 'no-plain-key',
  severity: 'error',
  object: 'ConfigMap example/settings',
  part: 'validations[0]',
  message: 'the key plain is there',
  mend: 'Remove the key plain.',
  files: ['apps/example/all/configmap-settings.yaml'],
  source: 'apps/example/app.ts:3',
  ...changes,
})

const exception = (changes: Readonly<Record<string, string>> = {}) => ({
  rule: 'no-plain-key',
  object: 'ConfigMap example/settings',
  owner: '@meridian-example/platform',
  reason: 'The old reader goes with the next release.',
  until: '2027-01-31',
  ...changes,
})

test('a finding that is excepted is no finding, and says who answers for it until when', (t) => {
  const { findings, excepted } = apply(t, [exception()], [finding(), finding({ object: 'ConfigMap a/b' })])
  t.deepEqual(
    findings.map(({ object }) => object),
    ['ConfigMap a/b'],
  )
  t.like(excepted, [
    {
      object: 'ConfigMap example/settings',
      exception: { owner: '@meridian-example/platform', until: '2027-01-31' },
    },
  ])
  t.regex(excepted[0]?.exception.source ?? '', /exceptions\.yaml:3$/)
})

test('it holds through its last day, and is an error that names it on the next', (t) => {
  t.is(apply(t, [exception()], [finding()], '2027-01-31').findings.length, 0)
  const { findings, excepted } = apply(t, [exception()], [finding()], '2027-02-01')
  t.deepEqual(excepted, [])
  t.like(findings, [
    { rule: 'no-plain-key', severity: 'error' },
    {
      rule: 'exception',
      severity: 'error',
      object: 'ConfigMap example/settings',
      message:
        'the exception from no-plain-key ended on 2027-01-31; @meridian-example/platform answers for it',
    },
  ])
  t.regex(findings[1]?.source ?? '', /exceptions\.yaml:3$/)
})

test('an exception past its end fails even where the finding is only a warning', (t) => {
  const { findings } = apply(t, [exception()], [finding({ severity: 'warning' })], '2027-02-01')
  t.deepEqual(
    findings.map(({ rule, severity }) => `${severity} ${rule}`),
    ['warning no-plain-key', 'error exception'],
  )
})

test('stars stand for any letters, in the object and in the message; dots for themselves', (t) => {
  const excepted = (changes: Readonly<Record<string, string>>, found: Finding) =>
    apply(
      t,
      [exception(changes), exception({ object: 'ConfigMap other/other' })],
      [found, finding({ object: 'ConfigMap other/other' })],
    ).excepted.some(({ object }) => object === found.object)
  t.true(excepted({ object: 'ConfigMap example/*' }, finding()))
  t.true(excepted({ object: 'ConfigMap *ings' }, finding()))
  t.true(excepted({ message: '*plain*' }, finding()))
  const near = finding({ object: 'ConfigMap example/set-ings' })
  t.throws(() => excepted({ object: 'ConfigMap example/set.ings' }, near), { message: /dangling/ })
  t.throws(() => excepted({ object: 'ConfigMap example/set' }, finding()), { message: /dangling/ })
  t.throws(() => excepted({ message: 'the key' }, finding()), { message: /dangling/ })
})

test('exceptions that no finding needs are wrong, each with its line', (t) => {
  const gone = exception({ object: 'ConfigMap example/gone' })
  const error = t.throws(() => apply(t, [exception(), gone, exception({ rule: 'denies' })], [finding()]), {
    instanceOf: FactsError,
  })
  t.deepEqual(
    error?.problems.map(({ line, message }) => `${line} ${message}`),
    [
      '8 dangling exception: no-plain-key finds nothing of ConfigMap example/gone; remove it',
      '13 dangling exception: denies finds nothing of ConfigMap example/settings; remove it',
    ],
  )
})

test('an exception from a rule that denies in the clusters is an error: they know no exceptions', (t) => {
  const { findings } = apply(t, [exception({ rule: 'denies' })], [finding({ rule: 'denies' })])
  t.like(findings, [{ rule: 'exception', severity: 'error' }])
  t.regex(findings[0]?.message ?? '', /denies denies, and clusters know no exceptions/)
})

const wrong: readonly [changes: Readonly<Record<string, string>>, message: RegExp][] = [
  [{ rule: 'no-such' }, /:3:\d+ no rule no-such; npx meridian check --rules lists them/],
  [{ owner: 'platform' }, /:5:\d+ exceptions\.0\.owner: found "platform"/],
  [{ until: '2027-02-30' }, /:7:\d+ exceptions\.0\.until: found "2027-02-30"/],
  [{ until: 'never' }, /:7:\d+ exceptions\.0\.until/],
  [{ reason: 'later' }, /:6:\d+ exceptions\.0\.reason/],
  [{ object: '*' }, /:4:\d+ exceptions\.0\.object/],
  [{ sorry: 'yes' }, /:8:\d+ unknown key sorry/],
]
for (const [changes, message] of wrong) {
  test(`wrong, with its line: ${JSON.stringify(changes)}`, (t) => {
    t.throws(() => apply(t, [exception(changes)], [finding()]), { instanceOf: FactsError, message })
  })
}

function apply(
  t: ExecutionContext,
  exceptions: readonly Readonly<Record<string, string>>[],
  findings: readonly Finding[],
  today = '2026-11-30',
) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-exceptions-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'exceptions.yaml')
  const items = exceptions.map((keys) =>
    Object.entries(keys)
      .map(([key, value], index) => `${index === 0 ? '  - ' : '    '}${key}: ${JSON.stringify(value)}\n`)
      .join(''),
  )
  writeFileSync(file, `# a comment\nexceptions:\n${items.join('')}`)
  return applyExceptions(findings, readExceptions(file, rules), rules, today)
}
