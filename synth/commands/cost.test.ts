import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import type { Arguments, Terminal } from '../../bin/command.ts'
import { UsageError } from '../../bin/command.ts'
import { command } from './cost.ts'

const facts = join(import.meta.dirname, '../../clusters')

test('the table shows lines, sum, budget, what is outside, and the target load at list price', async (t) => {
  const { code, text } = await run({})
  t.is(code, 0)
  t.regex(
    text,
    /Cloudflare Workers {2}\$1,100 +11 % +3,000 million requests +\$0\.367 +\$0\.3 developers\.cloudflare\.com/,
  )
  t.regex(text, /Sum of the lines +\$9,765/)
  t.regex(text, /Budget +\$11,718 +✓ \$1,953 below it/)
  t.regex(text, /Not in these lines, estimated: about \$1\d,\d{3} a month/)
  t.regex(text, /SageMaker training +\$0 +\$300 +\$300 +\$300 {2}By hand, 200 hours/)
  t.regex(text, /1,000,000 requests a second .* far more than the plan/s)
  t.notRegex(text, /Beside the plan/)
})

test('the rendered cloud stands beside the lines at list price, in no sum of theirs', async (t) => {
  const { text } = await run({})
  t.regex(text, /Cloud at list price, .*: \$\d,\d{3} a month, in no sum above/)
  t.regex(text, /aws-models +sagemaker\.aws +\$460 {2}ML inference/)
  t.regex(text, /aws-core +kms\.aws +\$\d+ {2}outside: Keys, secrets/)
  // The volume of the plan at its list price: 3,000 GB at 0.50.
  t.regex(text, /Monitoring +\$1,800 +\$\d+ +\$1,500 +\$1,5\d\d/)
  t.regex(text, /Billed, without a price here\n.*cloudflare CertificatePack +1 {2}an advanced certificate/)
  t.notRegex(text, /Paid by use/)
  const { cloud, sumUsd, plannedUsd } = JSON.parse((await run({}, ['json'])).text)
  t.like({ sumUsd, plannedUsd }, { sumUsd: 9765, plannedUsd: 9765 })
  t.true(cloud.estimates.length > 100)
  const all = cloud.services.reduce((total: number, { usd }: { usd: number }) => total + usd, 0)
  t.true(Math.abs(all - cloud.usd) < 0.01)
})

test('--resources shows of which price each resource takes how many, and what is paid by use', async (t) => {
  const { text } = await run({}, ['resources'])
  t.regex(
    text,
    /aws-models +sagemaker\.aws Endpoint +endpoint-eu-west-1 +\$153\.30 +730 × \$0\.21 per hour of an ml\.c7i\.xlarge.* 2026-11-23/,
  )
  t.regex(text, /Paid by use, on top or alone\n/)
  t.regex(text, /s3\.aws Bucket +\d+ {2}GB stored and requests/)
})

test('savings are switched on by id, by a word of it, or all', async (t) => {
  const plan = async (saving: string) => JSON.parse((await run({ saving }, ['json'])).text).plannedUsd
  t.deepEqual(
    [await plan('spot,caching'), await plan('reserved-capacity'), await plan('all'), await plan('spot,spot')],
    [8865, 8965, 7765, 9365],
  )
})

test('a what-if shows what changes, and above the budget it is found', async (t) => {
  const { code, text } = await run({ volume: 'cloudflare-workers=600,k3s=120' })
  t.is(code, 1)
  t.regex(text, /Cloudflare Workers +\$1,100 {2}→ +\$220 +−\$880/)
  t.regex(text, /K3s clusters +\$2,200 {2}→ +\$5,280 +\+\$3,080/)
  t.regex(text, /✗ \$247 above it/)
  t.notRegex(text, /Lambda@Edge .*→/)
})

test('another fleet is compared line by line', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'facts-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  cpSync(facts, dir, { recursive: true, filter: (path) => !path.endsWith('.ts') })
  const budget = join(dir, 'budget.yaml')
  writeFileSync(
    budget,
    readFileSync(budget, 'utf8').replace('allocationUsdPerMonth: 520', 'allocationUsdPerMonth: 600'),
  )
  const { base, sumUsd } = JSON.parse((await run({ facts: dir }, ['json'])).text)
  t.is(sumUsd, 9845)
  t.is(base.plannedUsd, 9765)
  t.is(base.lines['lambda-edge'], 80)
  t.is(base.lines.k3s, 0)
})

test('--prices names the source and the day of every price', async (t) => {
  const { text } = await run({}, ['prices'])
  t.regex(
    text,
    /\$0\.3 per million requests\n +https:\/\/developers\.cloudflare\.com\/workers\/platform\/pricing\/, read 20/,
  )
  t.regex(text, /K3s clusters: none could be sourced/)
})

const wrong: readonly [texts: Record<string, string>, words: RegExp][] = [
  [{ saving: 'luck' }, /--saving: found luck, allowed: aggressive-caching, spot/],
  [{ volume: 'k3s' }, /--volume: found k3s, allowed: LINE=N/],
  [{ volume: 'k3s=-1' }, /--volume: found k3s=-1, allowed: LINE=N/],
  [{ volume: 'cdn=1' }, /--volume: no line cdn; there are: cloudflare-workers/],
]
for (const [texts, words] of wrong) {
  test(`refused: ${JSON.stringify(texts)}`, async (t) => {
    await t.throwsAsync(run(texts), { instanceOf: UsageError, message: words })
  })
}

async function run(texts: Readonly<Record<string, string>>, flags: readonly string[] = []) {
  const lines: string[] = []
  const args: Arguments = {
    positionals: [],
    text: (name) => texts[name],
    flag: (name) => flags.includes(name),
  }
  const terminal: Terminal = {
    print: (text) => lines.push(text),
    json: (value) => lines.push(JSON.stringify(value)),
    note: () => {},
    progress: () => {},
    style: (_, text) => text,
  }
  const code = await command.run(args, terminal)
  return { code, text: lines.join('\n') }
}
