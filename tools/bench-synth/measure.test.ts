import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { engine } from './engines.ts'
import { measure, median } from './measure.ts'
import { BenchError } from './row.ts'

const node = (program: string) => ({ argv: [process.execPath, '-e', program], dir: tmpdir() })
const busy = 'const end = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < end);'

test('the CPU time of all commands counts, and that of their own children', async (t) => {
  const binary = await engine('measure')
  t.true(measure(binary, [node(busy), node(busy)]).cpuSeconds >= 0.6)
  const child = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(busy)}])`
  t.true(measure(binary, [node(child)]).cpuSeconds >= 0.3)
})

test('the peak is that of the greatest process', async (t) => {
  const hold = 'globalThis.kept = Buffer.alloc(2e8, 1)'
  const { peakBytes } = measure(await engine('measure'), [node(''), node(hold), node('')])
  t.true(peakBytes > 2e8 && peakBytes < 5e8, `${peakBytes}`)
})

test('what a command prints goes into its file', async (t) => {
  const stdout = join(mkdtempSync(join(tmpdir(), 'measure-')), 'printed')
  measure(await engine('measure'), [{ ...node('console.log(42)'), stdout }])
  t.is(readFileSync(stdout, 'utf8'), '42\n')
})

test('a command that fails is an error with its words, never a figure', async (t) => {
  const binary = await engine('measure')
  const error = t.throws(() => measure(binary, [node('console.error("no such fleet"); process.exit(3)')]))
  t.true(error instanceof BenchError)
  t.regex(error?.message ?? '', /no such fleet\n.*exit status 3/)
})

test('the median is a run that took place', (t) => {
  const cost = (cpuSeconds: number) => ({ cpuSeconds, wallSeconds: 1, peakBytes: 1 })
  t.is(median([cost(9), cost(1), cost(2)]).cpuSeconds, 2)
  t.is(median([cost(4), cost(3)]).cpuSeconds, 3)
  t.throws(() => median([]), { instanceOf: RangeError })
})
