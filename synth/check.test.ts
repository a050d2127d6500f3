import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { EvaluatorError } from '../policies/evaluator-error.ts'
import { ruleWith } from '../policies/rule.fixture.ts'
import { rules } from '../policies/rules.ts'
import { check } from './check.ts'
import { SynthError } from './errors.ts'
import { root } from './sources.ts'
import { productionPaths, synth } from './synth.ts'

const folder = mkdtempSync(join(tmpdir(), 'meridian-check-'))
/** The fleet, rendered from the sources as they are. */
const fleet = join(folder, 'rendered')
const quiet = () => {}

test.before(async () => {
  await synth({ ...productionPaths, out: fleet }, quiet)
})
test.after.always(() => rmSync(folder, { recursive: true }))

test('the fleet breaks no rule, and every finding points to a line that exists', async (t) => {
  const { findings, excepted, objects, views, judged } = await check(fleet, quiet)
  t.deepEqual(
    findings.filter(({ severity }) => severity === 'error'),
    [],
  )
  t.true(objects > 400)
  t.true(views > 10)
  t.deepEqual(
    Object.keys(judged),
    rules.map(({ id }) => id),
  )
  for (const { source, object } of [...findings, ...excepted]) t.true(exists(source), `${object}: ${source}`)
})

test('every image that is not built or mirrored is warned of at its line, those of charts too', async (t) => {
  const { findings } = await check(fleet, quiet)
  const warned = new Set(
    findings.filter(({ rule }) => rule === 'image-by-digest').map(({ source }) => source),
  )
  const messages = findings.map(({ message }) => message).join('\n')
  const missing = globSync('apps/*/release.yaml', { cwd: root }).flatMap((file) =>
    lines(file).flatMap((line) => {
      const repository = /repository: ([\w./-]+), version: (\S+), digest: un(?:built|mirrored) /.exec(line)
      return repository ? [`/${repository[1]}:${repository[2]}`] : []
    }),
  )
  t.true(missing.length > 15)
  t.deepEqual(
    missing.filter((image) => !messages.includes(image)),
    [],
  )
  for (const app of ['argocd', 'cert-manager', 'external-secrets']) {
    const number = lines(`apps/${app}/release.yaml`).findIndex((line) => line.includes('digest: un')) + 1
    t.true(warned.has(`apps/${app}/release.yaml:${number}`), app)
  }
})

test('a broken object is found with its rule, its files, its line of source and what to do', async (t) => {
  const out = broken(t, 'apps/router/small/service-router.yaml', (text) =>
    text.replace('appProtocol: https', 'appProtocol: http'),
  )
  const { findings } = await check(out, quiet)
  const found = findings.filter(({ rule }) => rule === 'tls-on-service-ports')
  t.like(found, [
    {
      severity: 'error',
      object: 'Service router/router',
      files: ['apps/router/small/service-router.yaml'],
      part: 'validations[0]',
      mend: rules.find(({ id }) => id === 'tls-on-service-ports')?.mend,
    },
  ])
  t.regex(lineAt(found[0]?.source), /^\s+workload\(chart, 'router', \{$/)
})

test('what its schema does not allow is found at the same line', async (t) => {
  const out = broken(t, 'apps/router/small/service-router.yaml', (text) => text.replace('ports:', 'prots:'))
  const { findings } = await check(out, quiet)
  const [schema] = findings.filter(({ rule }) => rule === 'schema')
  t.like(schema, { severity: 'error', part: '/spec', files: ['apps/router/small/service-router.yaml'] })
  t.regex(lineAt(schema?.source), /workload\(chart, 'router'/)
})

test("an object of one cluster is mended in that cluster's facts", async (t) => {
  const out = broken(t, 'clusters/fra1/apps/applications.yaml', (text) =>
    text.replace('selfHeal: true', 'selfHeal: perhaps'),
  )
  const { findings } = await check(out, quiet)
  const [schema] = findings.filter(({ rule }) => rule === 'schema')
  t.deepEqual(schema?.files, ['clusters/fra1/apps/applications.yaml'])
  t.regex(schema?.source ?? '', /^clusters\/fleet\/fra1\.yaml:\d+$/)
})

test('a rule about the fleet judges views of facts, and a finding points to the fact', async (t) => {
  const budget = view('Budget', 'object.spec.lines.size() > 100')
  const { findings } = await check(fleet, quiet, { rules: [budget] })
  const [found] = findings.filter(({ rule }) => rule === budget.id)
  t.like(found, { severity: 'error', object: 'Budget platform' })
  t.regex(found?.source ?? '', /^clusters\/budget\.yaml:\d+$/)
})

test('a rule about the cloud judges the resources of a stack', async (t) => {
  const bucket = { apiVersion: 'aws/v1', kind: 'Bucket', metadata: { name: 'models' } }
  const cloud = ruleWith({
    id: 'bucket-named',
    scope: 'cloud',
    match: { kinds: ['aws/Bucket'] },
    validations: [{ cel: "object.metadata.name != 'models'", message: 'the bucket has a wrong name' }],
    pass: [bucket],
    fail: [bucket],
  })
  const out = broken(t, 'cloud/aws.yaml', () => JSON.stringify(bucket))
  const { findings, judged } = await check(out, quiet, { rules: [cloud] })
  t.like(findings, [{ rule: 'bucket-named', object: 'Bucket aws/models', files: ['cloud/aws.yaml'] }])
  t.is(judged['bucket-named'], 1)
})

test('a cloud rule for all kinds judges the cloud, and no object of a cluster', async (t) => {
  const any = { apiVersion: 'aws/v1', kind: 'Bucket', metadata: { name: 'models' } }
  const all = ruleWith({
    id: 'nothing-stands',
    scope: 'cloud',
    match: { kinds: ['*/*'] },
    validations: [{ cel: 'false', message: 'everything is wrong with it' }],
    pass: [any],
    fail: [any],
  })
  const { findings, judged, resources } = await check(fleet, quiet, { rules: [all] })
  t.true(resources > 800)
  t.is(judged['nothing-stands'], resources)
  t.is(findings.length, resources)
  t.true(findings.every(({ files }) => files[0]?.startsWith('cloud/')))
})

test('a broken resource is found with its stack, its line in platform/ and what to do', async (t) => {
  const out = broken(t, 'cloud/aws-core.yaml', (text) =>
    text.replace('isMultiRegionTrail: true', 'isMultiRegionTrail: false'),
  )
  const { findings } = await check(out, quiet)
  const [found] = findings.filter(({ severity }) => severity === 'error')
  t.like(found, {
    rule: 'accounts-watched',
    files: ['cloud/aws-core.yaml'],
    mend: rules.find(({ id }) => id === 'accounts-watched')?.mend,
  })
  t.regex(found?.object ?? '', /^Trail aws-core\//)
  t.regex(found?.source ?? '', /^platform\/aws\/core\/[\w-]+\.ts:\d+$/)
  t.regex(lineAt(found?.source), /cloudtrail\.Trail\(/)
})

test('an exception takes a finding out until its day is over', async (t) => {
  const out = broken(t, 'apps/router/small/service-router.yaml', (text) =>
    text.replace('appProtocol: https', 'appProtocol: http'),
  )
  const exceptions = join(out, '../exceptions.yaml')
  writeFileSync(
    exceptions,
    `exceptions:
  - rule: tls-on-service-ports
    object: Service router/router
    owner: '@meridian-example/edge'
    reason: The next release of the router speaks TLS here.
    until: 2027-01-31
`,
  )
  const on = (today: string) => check(out, quiet, { exceptions, today })
  const before = await on('2027-01-31')
  t.like(before.excepted, [{ rule: 'tls-on-service-ports', object: 'Service router/router' }])
  t.deepEqual(
    before.findings.filter(({ severity }) => severity === 'error'),
    [],
  )
  const after = await on('2027-02-01')
  t.deepEqual(
    after.findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule),
    ['tls-on-service-ports', 'exception'],
  )
  await t.throwsAsync(check(fleet, quiet, { exceptions }), {
    message: /dangling exception: tls-on-service-ports/,
  })
})

test('a binding that could lock a cluster out is found, with its rule', async (t) => {
  const path = 'apps/policies/all/validatingadmissionpolicybinding-meridian-tls-on-service-ports.yaml'
  const out = broken(t, path, (text) => text.replace('- kube-system\n', '- kube-sytem\n'))
  const { findings } = await check(out, quiet)
  const [found] = findings.filter(({ rule }) => rule === 'lock-out')
  t.like(found, { severity: 'error', files: [path] })
  t.regex(lineAt(found?.source), /id: 'tls-on-service-ports'/)
})

test('waves that the clone lacks are noted', async (t) => {
  const { notes } = await check(fleet, quiet, {
    repository: folder,
    facts: productionPaths.facts,
    exceptions: join(root, 'policies/exceptions.yaml'),
  })
  t.regex(notes.join('\n'), /no ref wave\/canary, wave\/early, wave\/broad in this clone/)
})

test('a rule with a wrong expression is an error that names it, and no verdict', async (t) => {
  const wrong = ruleWith({ validations: [{ cel: 'object.data.', message: 'it is wrong' }] })
  const error = await t.throwsAsync(check(fleet, quiet, { rules: [wrong] }), { instanceOf: EvaluatorError })
  t.regex(error?.message ?? '', /^rule no-plain-key: validations\[0\]\.cel, line 1/)
})

test('where nothing is rendered, or synth was cut off, there is nothing to judge', async (t) => {
  const empty = join(temporary(t), 'rendered')
  await t.throwsAsync(check(empty, quiet), { instanceOf: SynthError, message: /nothing is rendered there/ })
  mkdirSync(`${empty}.staging`)
  writeFileSync(join(`${empty}.staging`, 'journal.json'), '{}')
  await t.throwsAsync(check(empty, quiet), { instanceOf: SynthError, message: /cut off/ })
})

/** A copy of the fleet with one file changed. */
function broken(t: ExecutionContext, path: string, change: (text: string) => string): string {
  const out = join(temporary(t), 'rendered')
  cpSync(fleet, out, { recursive: true })
  const file = join(out, path)
  mkdirSync(join(file, '..'), { recursive: true })
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const after = change(before)
  t.not(after, before)
  writeFileSync(file, after)
  return out
}

function view(kind: string, cel: string) {
  const example = { apiVersion: 'fleet.meridian/v1', kind, metadata: { name: 'any' }, spec: {} }
  return ruleWith({
    id: 'view-is-judged',
    scope: 'fleet',
    match: { kinds: [`fleet.meridian/${kind}`] },
    validations: [{ cel, message: 'the view is not as it should be' }],
    pass: [example],
    fail: [example],
  })
}

function temporary(t: ExecutionContext): string {
  const dir = mkdtempSync(join(folder, 'case-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function exists(source: string): boolean {
  const [, path = '', line = '0'] = /^(.*):(\d+)$/.exec(source) ?? []
  return existsSync(join(root, path)) && Number(line) >= 1 && Number(line) <= lines(path).length
}

function lineAt(source = ''): string {
  const [, path = '', line = '0'] = /^(.*):(\d+)$/.exec(source) ?? []
  return lines(path)[Number(line) - 1] ?? ''
}

function lines(path: string): string[] {
  return readFileSync(join(root, path), 'utf8').split('\n')
}
