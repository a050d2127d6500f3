import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { rules } from '../../policies/rules.ts'
import { complianceOf } from '../check/compliance.ts'
import { check } from '../check.ts'
import { root } from '../sources.ts'
import { productionPaths, synth } from '../synth.ts'

const folder = mkdtempSync(join(tmpdir(), 'meridian-check-'))
const fleet = join(folder, 'rendered')
const quiet = () => {}

test.before(async () => {
  await synth({ ...productionPaths, out: fleet }, quiet)
})
test.after.always(() => rmSync(folder, { recursive: true }))

test('a good fleet exits 0, shows its warnings with their lines, and notes what could not be looked at', (t) => {
  const { code, stdout, stderr } = run('--out', fleet)
  t.is(code, 0)
  t.regex(
    stdout,
    /! image-by-digest StatefulSet router\/router: not built.*\n {4}apps\/router\/release\.yaml:3\n/,
  )
  t.regex(
    stdout,
    /✓ \d+ objects, \d+ views of the fleet, [\d,]+ resources of the cloud, by schemas and \d+ rules: 0 errors, \d+ warn/,
  )
  if (stderr !== '') t.regex(stderr, /^note: no ref wave\//)
})

test('a broken fleet exits 1, with rule, object, line of source and mend; JSON and SARIF say the same', (t) => {
  const out = join(folder, 'broken')
  cpSync(fleet, out, { recursive: true })
  const file = join(out, 'apps/router/small/service-router.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('appProtocol: https', 'appProtocol: http'))
  const people = run('--out', out)
  t.is(people.code, 1)
  t.regex(
    people.stdout,
    /✗ tls-on-service-ports Service router\/router\n.*\n {4}apps\/router\/app\.ts:\d+, rendered\/apps\/router\/small\/service-router\.yaml\n {4}Serve TLS/,
  )
  const sarif = join(folder, 'check.sarif')
  const machines = run('--out', out, '--json', '--sarif', sarif)
  t.is(machines.code, 1)
  const [error] = JSON.parse(machines.stdout).findings.filter(
    ({ severity }: { severity: string }) => severity === 'error',
  )
  t.like(error, { rule: 'tls-on-service-ports', object: 'Service router/router' })
  const [result] = JSON.parse(readFileSync(sarif, 'utf8')).runs[0].results.filter(
    ({ level }: { level: string }) => level === 'error',
  )
  const { artifactLocation, region } = result.locations[0].physicalLocation
  t.is(`${artifactLocation.uri}:${region.startLine}`, error.source)
})

test('--sarif - writes the log alone to stdout', (t) => {
  const { code, stdout } = run('--out', fleet, '--sarif', '-')
  t.is(code, 0)
  t.is(JSON.parse(stdout).version, '2.1.0')
})

test('--rules lists every rule with its controls, for people and for machines', (t) => {
  const people = run('--rules')
  t.is(people.code, 0)
  for (const { id, title } of rules) t.true(people.stdout.includes(id) && people.stdout.includes(title), id)
  const listed = JSON.parse(run('--rules', '--json').stdout)
  t.deepEqual(
    listed.map(({ id, stage, controls }: Record<string, unknown>) => ({ id, stage, controls })),
    rules.map(({ id, stage, controls }) => ({ id, stage, controls })),
  )
})

test('--compliance --check exits 0 exactly where docs/compliance.md is what the check says, and writes nothing', async (t) => {
  const page = join(root, 'docs/compliance.md')
  const before = existsSync(page) ? readFileSync(page, 'utf8') : undefined
  const fresh = complianceOf(await check(fleet, quiet), rules, root)
  const { code, stderr } = run('--out', fleet, '--compliance', '--check')
  t.is(code, before === fresh ? 0 : 1)
  t.is(stderr.includes('docs/compliance.md is stale'), before !== fresh)
  t.is(existsSync(page) ? readFileSync(page, 'utf8') : undefined, before)
})

test('docs/compliance.md is what the check says (npx meridian check --compliance writes it)', async (t) => {
  t.is(
    readFileSync(join(root, 'docs/compliance.md'), 'utf8'),
    complianceOf(await check(fleet, quiet), rules, root),
  )
})

test('wrong usage and wrong exceptions exit 2 with one line each', (t) => {
  const exceptions = join(folder, 'exceptions.yaml')
  const wrong = [
    [['--check'], /✗ --check goes with --compliance/],
    [['--out', fleet, '--json', '--sarif', '-'], /both write to stdout/],
    [['--out', join(folder, 'nowhere')], /nowhere: nothing is rendered there/],
    [['--out', fleet, '--sarif', join(folder, 'no/such/folder.sarif')], /the SARIF log cannot be written/],
    [
      ['--out', fleet, '--exceptions', exceptions],
      /exceptions\.yaml:2:\d+ dangling exception: image-by-digest/,
    ],
  ] as const
  writeFileSync(
    exceptions,
    `exceptions:
  - rule: image-by-digest
    object: Deployment of/nobody
    owner: '@meridian-example/edge'
    reason: It was there when this was written.
    until: 2100-01-31
`,
  )
  for (const [args, message] of wrong) {
    const { code, stderr } = run(...args)
    t.is(code, 2, args.join(' '))
    t.regex(stderr, message)
    t.notRegex(stderr, /\n\s+at /)
  }
})

function run(...args: readonly string[]) {
  const command = [join(root, 'bin/meridian.ts'), 'check', ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  return { code: status, stdout, stderr }
}
