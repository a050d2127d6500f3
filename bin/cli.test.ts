import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'

const root = join(import.meta.dirname, '..')

test('help teaches, for the command and for each verb', (t) => {
  const overview = meridian('--help')
  t.is(overview.code, 0)
  const verbs = [...overview.stdout.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] ?? '')
  t.true(verbs.length >= 4)
  for (const verb of verbs) {
    const help = meridian(verb, '--help')
    t.is(help.code, 0, verb)
    t.regex(help.stdout, new RegExp(`Usage: npx meridian ${verb}`))
    t.regex(help.stdout, /--json/)
  }
})

test('wrong usage is exit code 2 and says what is possible', (t) => {
  t.like(meridian(), { code: 2 })
  const unknown = meridian('sink')
  t.is(unknown.code, 2)
  t.regex(unknown.stderr, /no verb sink; there are: .*synth/)
  const option = meridian('synth', '--chek')
  t.is(option.code, 2)
  t.regex(option.stderr, /--chek/)
  t.notRegex(option.stderr, /at .*node:internal/)
})

test('synth writes the fleet, then finds nothing to do, then --check agrees', (t) => {
  const out = join(temporary(t), 'rendered')
  const first = json('synth', '--out', out)
  t.is(first.code, 0)
  t.true(first.value.written > 100)
  t.is(first.value.summary.nodes, 50)
  const second = json('synth', '--out', out)
  t.like(second.value, { written: 0, pruned: 0, cached: true })
  t.deepEqual(second.value.summary, first.value.summary)
  t.like(json('synth', '--check', '--out', out), { code: 0, value: { drifts: [] } })
})

test('--check names each file that is not what the sources give, shows the difference, and changes nothing', (t) => {
  const out = join(temporary(t), 'rendered')
  meridian('synth', '--out', out)
  const file = join(out, 'fleet.json')
  appendFileSync(file, '# edited\n')
  writeFileSync(join(out, 'stray.yaml'), 'kind: Stray\n')
  const edited = readFileSync(file, 'utf8')
  const { code, stdout, stderr } = meridian('synth', '--check', '--out', out)
  t.is(code, 1)
  t.regex(stdout, /-# edited/)
  t.regex(stderr, /2 files are not what the sources give/)
  t.is(readFileSync(file, 'utf8'), edited)
  // The cached path must not believe its own last run over what is there.
  t.like(json('synth', '--out', out).value, { written: 1, pruned: 1, cached: false })
  t.is(meridian('synth', '--check', '--out', out).code, 0)
})

test('wrong facts are exit code 2, every one with its line, and the output stays', (t) => {
  const dir = temporary(t)
  const [facts, out] = [join(dir, 'clusters'), join(dir, 'rendered')]
  cpSync(join(root, 'clusters'), facts, { recursive: true, filter: (path) => !path.endsWith('.ts') })
  meridian('synth', '--facts', facts, '--out', out)
  const before = readFileSync(join(out, 'fleet.json'), 'utf8')
  const fact = join(facts, 'fleet/fra1.yaml')
  writeFileSync(
    fact,
    readFileSync(fact, 'utf8')
      .replace(/tier: .*/, 'tier: bronze')
      .replace(/size: .*/, 'size: huge'),
  )
  const { code, stderr } = meridian('synth', '--facts', facts, '--out', out)
  t.is(code, 2)
  t.regex(stderr, /fra1\.yaml:\d+:\d+ tier: found "bronze", expected platinum \| gold \| silver/)
  t.regex(stderr, /fra1\.yaml:\d+:\d+ size: found "huge", expected small \| medium \| large/)
  t.notRegex(stderr, /\.ts:\d+/)
  t.is(readFileSync(join(out, 'fleet.json'), 'utf8'), before)
  const asJson = json('synth', '--facts', facts, '--out', out)
  t.is(asJson.code, 2)
  t.regex(asJson.value.error.message, /tier: found "bronze"/)
})

function meridian(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const run = spawnSync(process.execPath, [join(root, 'bin/meridian.ts'), ...args], { encoding: 'utf8' })
  return { code: run.status, stdout: run.stdout, stderr: run.stderr }
}

function json(...args: string[]) {
  const { code, stdout } = meridian(...args, '--json')
  return { code, value: JSON.parse(stdout) }
}

function temporary(t: ExecutionContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'meridian-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
