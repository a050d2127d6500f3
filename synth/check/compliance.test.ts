import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ruleWith } from '../../policies/rule.fixture.ts'
import { rules as house } from '../../policies/rules.ts'
import { root } from '../sources.ts'
import { complianceOf, outcomeOf } from './compliance.ts'
import type { Finding, Verdict } from './finding.ts'

const rules = [
  ruleWith({ id: 'first', title: 'The first of two rules', controls: ['SOC 2 CC6.10', 'GDPR 32(1)(a)'] }),
  ruleWith({ id: 'second', title: 'The second of two rules', controls: ['SOC 2 CC6.10', 'SOC 2 CC6.2'] }),
]

const finding = (changes: Partial<Finding> = {}): Finding => ({
  rule: 'first',
  severity: 'error',
  object: 'ConfigMap example/settings',
  part: 'validations[0]',
  message: 'the key plain is there',
  mend: 'Remove the key plain.',
  files: [],
  source: 'apps/example/app.ts:3',
  ...changes,
})

const exception = {
  owner: '@meridian-example/edge',
  reason: 'The old reader goes with the next release.',
  until: '2027-01-31',
  source: 'policies/exceptions.yaml:9',
}

const verdict = (changes: Partial<Verdict> = {}): Verdict => ({
  objects: 2,
  views: 0,
  resources: 0,
  rules: 2,
  findings: [],
  excepted: [],
  notes: [],
  judged: { first: 1, second: 1 },
  ...changes,
})

const page = (changes: Partial<Verdict> = {}) => complianceOf(verdict(changes), rules, root)
const row = (text: string, control: string) =>
  text.split('\n').find((line) => line.startsWith(`| ${control} |`))

test('a control has every rule that is evidence for it, and the worst of what they say', (t) => {
  const both = row(page({ findings: [finding()] }), 'CC6.10')
  t.regex(both ?? '', /^\| CC6\.10 \| ✗ fail \| ✗ fail: \[The first.*<br>✓ pass: \[The second/)
  t.regex(row(page(), 'CC6.10') ?? '', /^\| CC6\.10 \| ✓ pass \|/)
  t.regex(row(page({ findings: [finding()] }), 'CC6.2') ?? '', /^\| CC6\.2 \| ✓ pass \|/)
})

test('what a rule says: fail over excepted over warning over pass', (t) => {
  const [rule = ruleWith()] = rules
  const warning = finding({ severity: 'warning' })
  const excepted = [{ ...finding(), exception }]
  t.is(outcomeOf(rule, verdict()), 'pass')
  t.is(outcomeOf(rule, verdict({ findings: [warning] })), 'warning')
  t.is(outcomeOf(rule, verdict({ findings: [warning], excepted })), 'excepted')
  t.is(outcomeOf(rule, verdict({ findings: [warning, finding()], excepted })), 'fail')
  t.is(outcomeOf(rule, verdict({ findings: [finding({ rule: 'second' })] })), 'pass')
})

test('a rule that had nothing to judge is no evidence', (t) => {
  t.regex(row(page({ judged: { first: 1, second: 0 } }), 'CC6.2') ?? '', /– nothing to judge/)
})

test('controls stand in the order of their numbers, standards that no rule serves are there and empty', (t) => {
  const text = page()
  t.true(text.indexOf('| CC6.2 |') < text.indexOf('| CC6.10 |'))
  t.regex(text, /## PCI DSS 4\n\nNone\./)
})

test('an exception is listed once with its team and its day, however many findings it covers', (t) => {
  const text = page({
    excepted: [
      { ...finding(), exception },
      { ...finding({ part: 'validations[1]' }), exception },
    ],
  })
  t.is(text.split('| first | ConfigMap example/settings | @meridian-example/edge |').length, 2)
  t.regex(text, /2027-01-31/)
})

test('the page depends on verdicts and rules alone: no dates, no counts', (t) => {
  t.is(page({ objects: 1 }), page({ objects: 2, notes: ['a note'], judged: { first: 9, second: 7 } }))
})

test('every rule of the house is linked to a file that exists, and every bar in a cell is escaped', (t) => {
  const text = complianceOf(verdict(), house, root)
  const links = [...text.matchAll(/\]\(\.\.\/(policies\/rules\/[^)]+)\)/g)].map(([, path = '']) => path)
  t.true(new Set(links).size >= house.length)
  t.deepEqual(
    links.filter((path) => !existsSync(join(root, path))),
    [],
  )
  for (const { title } of house) t.true(text.includes(`[${title.replaceAll('|', '\\|')}]`), title)
})
