import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadFleet } from '../clusters/fleet.ts'
import type { Effort } from '../policies/answer.ts'
import { evaluate } from '../policies/evaluate.ts'
import { rules } from '../policies/rules.ts'
import { readDocuments } from '../synth/documents.ts'
import { productionPaths, synth } from '../synth/synth.ts'
import { viewDocuments } from '../synth/views.ts'
import { openScratch } from './bench-synth/scratch.ts'

const root = join(import.meta.dirname, '..')

const usage = `npm run bench:policies -- [options]: what it costs to judge a whole fleet by every rule.

  --scale 10000   clusters of the great fleet; 0 leaves it out (10000)
  --repeats 3     runs, each in a process of its own, of which the median is shown (3)
  --json          rows for machines

CPU seconds of every process. "loading" is what does not grow with the fleet (compiling the rules); "reading" finds
each distinct object among the files and makes the views that fleet rules judge.`

interface Row extends Effort {
  readonly fleet: string
  readonly rules: number
  readonly readSeconds: number
  /** All but loading. */
  readonly seconds: number
}

/** What is wanted: seconds of CPU after loading. */
const limits = { real: 1, great: 10 }

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '10000' },
      repeats: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      // How it calls itself: judges one rendered fleet and prints a row.
      once: { type: 'string' },
      facts: { type: 'string', default: productionPaths.facts },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  if (values.once !== undefined) {
    console.log(JSON.stringify(await judge(values.once, values.facts)))
    return 0
  }
  const scratch = openScratch(root, join(root, '.cache/bench-policies'))
  try {
    const rows = [await row('real', productionPaths.facts, scratch.fresh('real'), Number(values.repeats))]
    const scale = Number(values.scale)
    if (scale > 0) {
      const facts = scratch.fresh('facts')
      execFileSync(process.execPath, [
        join(root, 'bin/meridian.ts'),
        ...['fleet', 'generate', '--clusters', String(scale), '--out', facts],
      ])
      rows.push(await row('great', facts, scratch.fresh('great'), Number(values.repeats)))
    }
    if (values.json) console.log(JSON.stringify(rows, null, 2))
    else print(rows)
    return rows.every(({ fleet, seconds }) => seconds < (fleet === 'real' ? limits.real : limits.great))
      ? 0
      : 1
  } finally {
    scratch.removeAll()
  }
}

async function row(fleet: string, facts: string, out: string, repeats: number): Promise<Row> {
  console.error(`… rendering the ${fleet} fleet`)
  await synth({ ...productionPaths, facts, out }, () => {})
  console.error('… judging it')
  const rows = Array.from({ length: repeats }, (): Row => {
    const argv = [import.meta.filename, '--once', out, '--facts', facts]
    // Printed by ourselves, below.
    return JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 2 ** 26 }))
  }).toSorted((a, b) => a.seconds - b.seconds)
  const middle = rows[Math.floor((rows.length - 1) / 2)]
  if (middle === undefined) throw new RangeError('--repeats is at least 1')
  return { ...middle, fleet }
}

async function judge(out: string, facts: string): Promise<Row> {
  const fleet = loadFleet(facts)
  const before = process.cpuUsage()
  const documents = [...readDocuments(out), ...viewDocuments(out, fleet)]
  const { user, system } = process.cpuUsage(before)
  const judging = rules.filter(({ scope }) => scope !== 'cloud')
  const efforts: Effort[] = []
  await evaluate(judging, documents, {
    binary: join(root, '.cache/bin/policy-evaluator'),
    onEffort: (effort) => efforts.push(effort),
  })
  const [effort] = efforts
  if (effort === undefined) throw new RangeError('the evaluator did not say what it came to')
  const readSeconds = (user + system) / 1e6
  return {
    ...effort,
    fleet: '',
    rules: judging.length,
    readSeconds,
    seconds: readSeconds + effort.judgeSeconds,
  }
}

function print(rows: readonly Row[]): void {
  const whole = (value: number) => Math.round(value).toLocaleString('en-US')
  console.log(
    '| fleet | distinct objects | rules | evaluations | loading | reading | judging | together | evaluations a CPU second |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|')
  for (const {
    fleet,
    objects,
    rules: count,
    evaluations,
    loadSeconds,
    readSeconds,
    judgeSeconds,
    seconds,
  } of rows) {
    const cells = [
      fleet,
      whole(objects),
      count,
      whole(evaluations),
      ...[loadSeconds, readSeconds, judgeSeconds, seconds].map((value) => `${value.toFixed(2)} s`),
      whole(evaluations / judgeSeconds),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

process.exitCode = await main()
