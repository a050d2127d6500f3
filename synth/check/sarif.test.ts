import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test from 'ava'
import { z } from 'zod'
import { ruleWith } from '../../policies/rule.fixture.ts'
import { rules } from '../../policies/rules.ts'
import type { ExceptedFinding, Finding } from './finding.ts'
import { sarifOf } from './sarif.ts'

// OASIS publishes the schema at a URL; this package carries it.
const schemaFile = createRequire(import.meta.url).resolve(
  '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
)
// zod takes a reference for an absolute URL; ours are paths from the repository's root.
const references = (key: string, value: unknown) =>
  key === 'format' && value === 'uri-reference' ? undefined : value
const schema = z.fromJSONSchema(JSON.parse(readFileSync(schemaFile, 'utf8'), references))

const finding = (changes: Partial<Finding> = {}): Finding => ({
  rule: 'image-by-digest',
  severity: 'warning',
  object: 'Deployment gateway/gateway',
  part: 'validations[1]',
  message: 'not built yet: gateway:0.1.0',
  mend: "Put the image's digest into release.yaml.",
  files: ['apps/gateway/small/deployment-gateway.yaml'],
  source: 'apps/gateway/release.yaml:3',
  ...changes,
})

const excepted = (): ExceptedFinding => ({
  ...finding({ object: 'Deployment cache/cache' }),
  exception: {
    owner: '@meridian-example/edge',
    reason: 'The mirror comes with the next release.',
    until: '2027-01-31',
    source: 'policies/exceptions.yaml:9',
  },
})

const problemsOf = (log: unknown) => schema.safeParse(JSON.parse(JSON.stringify(log))).error?.issues ?? []
const results = (findings: readonly Finding[], suppressed: readonly ExceptedFinding[] = []) =>
  sarifOf({ findings, excepted: suppressed }, rules).runs[0]?.results ?? []
const fingerprints = (...findings: readonly Finding[]) =>
  results(findings).map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash)

test("the log is what SARIF 2.1.0's own schema allows", (t) => {
  const own = ['schema', 'exception', 'stage', 'lock-out'].map((rule) => finding({ rule, severity: 'error' }))
  const log = sarifOf(
    { findings: [finding(), ...own, finding({ files: [] })], excepted: [excepted()] },
    rules,
  )
  t.deepEqual(problemsOf(log), [])
  t.deepEqual(problemsOf(sarifOf({ findings: [], excepted: [] }, [])), [])
})

test('the schema would find a wrong level, key or line', (t) => {
  const log = JSON.stringify(sarifOf({ findings: [finding()], excepted: [] }, rules))
  for (const [right, wrong] of [
    ['"level":"warning"', '"level":"bad"'],
    ['"ruleId"', '"rule_id"'],
    ['"startLine":3', '"startLine":0'],
  ] as const) {
    t.true(log.includes(right))
    t.not(problemsOf(JSON.parse(log.replace(right, wrong))).length, 0, wrong)
  }
})

test('a result points to the source to mend, and names the rendered files beside it', (t) => {
  const [result] = results([finding()])
  t.like(result, {
    level: 'warning',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'apps/gateway/release.yaml' },
          region: { startLine: 3 },
        },
        logicalLocations: [{ fullyQualifiedName: 'Deployment gateway/gateway' }],
      },
    ],
    relatedLocations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'rendered/apps/gateway/small/deployment-gateway.yaml' },
        },
      },
    ],
  })
})

test('each result finds its rule, with help, by its index', (t) => {
  const { tool, results: found } = sarifOf(
    { findings: [finding(), finding({ rule: 'stage' })], excepted: [] },
    rules,
  ).runs[0] ?? { tool: { driver: { rules: [] } }, results: [] }
  t.is(found.length, 2)
  for (const { ruleId, ruleIndex } of found) {
    const rule = tool.driver.rules[ruleIndex]
    t.is(rule?.id, ruleId)
    t.true((rule?.help.text.length ?? 0) > 10)
  }
})

test('one finding in several variants is one result with all their files', (t) => {
  const other = finding({ files: ['apps/gateway/large/deployment-gateway.yaml'] })
  const [result, ...more] = results([finding(), other])
  t.is(more.length, 0)
  t.is(result && 'relatedLocations' in result ? result.relatedLocations?.length : 0, 2)
})

test('a finding in the files of thousands of clusters stays small', (t) => {
  const files = Array.from({ length: 10_000 }, (_, n) => `clusters/c${n}/apps/applications.yaml`)
  const [result] = results([finding({ files })])
  t.true(JSON.stringify(result).length < 5_000)
  t.regex(result?.message.text ?? '', /in 10000 rendered files/)
})

test('fingerprints stay while lines, images and files move, and tell findings apart', (t) => {
  const [before] = fingerprints(finding())
  const moved = finding({
    source: 'apps/gateway/release.yaml:9',
    message: 'not built yet: gateway:0.2.0',
    files: [],
  })
  t.deepEqual(fingerprints(moved), [before])
  const different = [
    finding({ rule: 'tls-on-service-ports' }),
    finding({ object: 'Deployment gateway/other' }),
    finding({ part: 'validations[0]' }),
  ]
  t.is(new Set(fingerprints(finding(), ...different)).size, 4)
})

test('what is excepted is suppressed, with who answers for it', (t) => {
  const [open, suppressed] = results([finding()], [excepted()])
  t.false(open !== undefined && 'suppressions' in open)
  t.like(suppressed, {
    level: 'note',
    suppressions: [
      {
        kind: 'external',
        status: 'accepted',
        justification: 'The mirror comes with the next release. (@meridian-example/edge, until 2027-01-31)',
      },
    ],
  })
})

test('a rule tells its controls as tags', (t) => {
  const { runs } = sarifOf({ findings: [], excepted: [] }, [ruleWith()])
  t.true(runs[0]?.tool.driver.rules[0]?.properties.tags.includes('SOC 2 CC6.1'))
})
