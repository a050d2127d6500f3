import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { type Terminal, UsageError } from '../../bin/command.ts'
import { loadFleet } from '../../clusters/fleet.ts'
import { command } from './fleet.ts'

async function run(positionals: string[], options: Record<string, string | true> = {}) {
  const printed: string[] = []
  const values: unknown[] = []
  const terminal: Terminal = {
    print: (text) => printed.push(text),
    json: (value) => values.push(value),
    note: () => undefined,
    progress: () => undefined,
    style: (_style, text) => text,
  }
  const text = (name: string) => {
    const value = options[name]
    return value === true ? undefined : value
  }
  const code = await command.run({ positionals, text, flag: (name) => options[name] === true }, terminal)
  return { code, text: printed.join('\n'), values }
}

const refused = (positionals: string[], options: Record<string, string | true> = {}) =>
  run(positionals, options).then(
    () => 'accepted',
    (error: unknown) => (error instanceof UsageError ? error.message : String(error)),
  )
const folder = () => mkdtempSync(join(tmpdir(), 'fleet-'))

test('the table goes by wave and region, each named where it begins', async (t) => {
  const out = folder()
  await run(['generate'], { clusters: '6', out })
  const { text, code } = await run([], { facts: out })
  t.is(code, 0)
  t.snapshot(text)
})

test('for machines the clusters come in the order in which a change reaches them', async (t) => {
  const out = folder()
  await run(['generate'], { clusters: '30', out })
  const { values } = await run([], { facts: out, json: true })
  // What the command gave to `json`.
  const { clusters } = values[0] as { clusters: { name: string; wave: string; gpuNodes: number }[] }
  t.deepEqual([...new Set(clusters.map(({ wave }) => wave))], ['canary', 'early', 'broad'])
  t.is(clusters.length, 30)
  t.deepEqual(new Set(clusters.map(({ gpuNodes }) => gpuNodes)), new Set([0, 3]))
})

test('a generated fleet is valid, and a smaller one that replaces it leaves nothing behind', async (t) => {
  const out = folder()
  await run(['generate'], { clusters: '12', out })
  t.is(loadFleet(out).clusters.length, 12)
  await run(['generate'], { clusters: '4', out, size: 'small', distinct: 'router.maxReplicas' })
  t.deepEqual(
    loadFleet(out).clusters.map(({ size }) => size),
    ['small', 'small', 'small', 'small'],
  )
})

test('a folder that holds something else is refused and left alone', async (t) => {
  const out = folder()
  writeFileSync(join(out, 'notes.txt'), 'mine')
  t.regex(await refused(['generate'], { clusters: '3', out }), /is not empty and was not generated/)
  t.deepEqual(readdirSync(out), ['notes.txt'])
  t.regex(await refused(['generate'], { clusters: '3', out: join(out, 'notes.txt') }), /is not a folder/)
})

test('wrong usage says what was found and what is allowed', async (t) => {
  const out = folder()
  for (const clusters of ['0', '-1', '2.5', 'many', '99999']) {
    t.regex(
      await refused(['generate'], { clusters, out }),
      new RegExp(`found ${clusters}, allowed: a whole number`),
    )
  }
  t.regex(await refused(['generate'], { out }), /--clusters N is missing/)
  t.regex(await refused(['generate'], { clusters: '3' }), /--out DIR is missing/)
  t.regex(
    await refused(['generate'], { clusters: '3', out, size: 'huge' }),
    /found huge, allowed: small, medium/,
  )
  t.regex(await refused(['generate'], { clusters: '3', out, distinct: 'router' }), /expected APP\.PROP/)
  t.regex(await refused(['generat']), /found generat, allowed: nothing or generate/)
  t.regex(await refused([], { clusters: '3' }), /--clusters is an option of: fleet generate/)
  t.deepEqual(readdirSync(out), [])
})
