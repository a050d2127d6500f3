import { join } from 'node:path'
import test from 'ava'
import { z } from 'zod'
import { type Fleet, loadFleet } from '../../../clusters/fleet.ts'
import { renderStack } from '../../render/render.ts'
import { PlatformError } from '../../stack.ts'
import { stackNamed } from '../../stacks.ts'
import { rulesOf } from './waf-rules.ts'

const fleet = loadFleet(join(import.meta.dirname, '../../../clusters'))
const applications = [...new Set(fleet.routes.routes.map(({ host }) => host))]
const { waf } = fleet.cloud.aws

const { resources } = await renderStack(stackNamed('aws-edge'), fleet)
const inputs = (name: string) => resources.find((resource) => resource.name === name)?.inputs
const { rules } = z
  .object({ rules: z.array(z.object({ name: z.string(), priority: z.number() }).loose()) })
  .parse(inputs('edge-web-acl'))

const reference = (path: string) => `\${${path}}`

const namesOf = (scope: 'REGIONAL' | 'CLOUDFRONT', facts: Fleet = fleet) =>
  rulesOf({ scope, applications, fleet: facts, threats: [] }).map(({ name }) => name)

const owasp = ['known-bad-inputs', 'owasp-common', 'owasp-sql-injection']

test('before users stand the threat list, rates, reputation and the OWASP rules', (t) => {
  t.deepEqual(
    rules.map(({ name }) => name),
    [
      'threats-ipv4',
      'other-hosts',
      'other-paths-api',
      'other-paths-telemetry',
      'rate',
      'rate-accounts',
      'reputation',
      'anonymous',
      ...owasp,
    ],
  )
  t.deepEqual(
    rules.map(({ priority }) => priority),
    rules.map((_, index) => index),
  )
})

test('no group of rules only counts, and no rule of ours lets anybody past the others', (t) => {
  for (const rule of rules) {
    if (rule.overrideAction !== undefined) t.deepEqual(rule.overrideAction, { none: {} }, rule.name)
    else t.deepEqual(Object.keys(z.object({}).loose().parse(rule.action)), ['block'], rule.name)
  }
})

test('the IP set holds the threat list', (t) => {
  t.deepEqual(
    inputs('edge-threats-ipv4')?.addresses,
    fleet.threats.map(({ cidr }) => cidr),
  )
})

test("in a region, where every address is an edge's, nobody is judged by his address", (t) => {
  t.deepEqual(namesOf('REGIONAL'), [
    'other-paths-api',
    'other-paths-telemetry',
    'rate',
    'rate-accounts',
    ...owasp,
  ])
  const limits = rulesOf({ scope: 'REGIONAL', applications, fleet, threats: [] }).filter(({ name }) =>
    name.startsWith('rate'),
  )
  for (const { statement } of limits) {
    t.like(statement, { rateBasedStatement: { aggregateKeyType: 'FORWARDED_IP' } })
  }
})

test('the hosts and paths that are let through are those of the routes, and no others', (t) => {
  const text = JSON.stringify(rules)
  const [host = ''] = /\^\([^"]*\)\(:\[0-9\]\+\)\?\$/.exec(text) ?? []
  const hosts = new RegExp(JSON.parse(`"${host}"`))
  for (const application of applications) t.regex(application, hosts)
  t.regex('www.meridian.example:443', hosts)
  t.notRegex('wwwxmeridian.example', hosts)
  t.notRegex('www.meridian.example.evil.example', hosts)
  const paths = z
    .string()
    .array()
    .parse([...text.matchAll(/"\^(\(\/[^"]*)"/g)].map(([, path]) => JSON.parse(`"^${path}"`)))
    .map((path) => new RegExp(path))
  t.is(paths.length, 2)
  for (const path of ['/v1', '/v1/catalog/a', '/ml/vision'])
    t.true(
      paths.some((one) => one.test(path)),
      path,
    )
  for (const path of ['/', '/v10', '/admin', '/ml'])
    t.false(
      paths.some((one) => one.test(path)),
      path,
    )
})

test('a rate is counted over a minute, as the facts count it', (t) => {
  const limits = rules.filter(({ name }) => name.startsWith('rate'))
  const counted = limits.map(({ statement }) =>
    z
      .object({ rateBasedStatement: z.object({ limit: z.number(), evaluationWindowSec: z.literal(60) }) })
      .parse(statement),
  )
  t.deepEqual(
    counted.map(({ rateBasedStatement }) => rateBasedStatement.limit),
    [waf.requestsPerMinute, ...Object.values(waf.routes)],
  )
})

test('bot control is there only where the facts switch it on', (t) => {
  const aws = { ...fleet.cloud.aws, waf: { ...waf, botControl: true } }
  const on = { ...fleet, cloud: { ...fleet.cloud, aws } }
  t.false(namesOf('CLOUDFRONT').includes('bots'))
  t.true(namesOf('CLOUDFRONT', on).includes('bots'))
  t.false(namesOf('REGIONAL', on).includes('bots'))
})

test('what is refused is logged without what would let a reader in', (t) => {
  t.like(inputs('edge-web-acl-logging'), {
    logDestinationConfigs: [reference('edge-web-acl-logs.arn')],
    redactedFields: [{ singleHeader: { name: 'authorization' } }, { singleHeader: { name: 'cookie' } }],
  })
  t.like(inputs('edge-web-acl-logs'), {
    name: 'aws-waf-logs-edge',
    retentionInDays: fleet.platform.logs.retentionDays,
    kmsKeyId: reference('aws-core.outputs.logsKey.us-east-1'),
  })
})

test('a limit for a route that is not there is refused', (t) => {
  const aws = { ...fleet.cloud.aws, waf: { ...waf, routes: { nowhere: 100 } } }
  const error = t.throws(() => namesOf('CLOUDFRONT', { ...fleet, cloud: { ...fleet.cloud, aws } }), {
    instanceOf: PlatformError,
  })
  t.regex(error?.message ?? '', /^clusters\/cloud\.yaml: aws\.waf\.routes limits nowhere/)
})
