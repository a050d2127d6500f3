import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { FactsError } from './facts.ts'
import { loadFleet } from './fleet.ts'

const facts = import.meta.dirname

test("the house's own facts are right and are what SPEC asks for", (t) => {
  const fleet = loadFleet(facts)
  const count = (area: string) =>
    [...fleet.locations.values()].filter((location) => location.area === area).length
  t.deepEqual(['americas', 'europe', 'asia-pacific', 'middle-east-africa'].map(count), [50, 60, 70, 20])
  const k3s = fleet.clusters.filter(({ distribution }) => distribution === 'k3s')
  t.is(k3s.flatMap(({ nodes }) => nodes).length, 50)
  const servers = new Set(k3s.map(({ nodes }) => nodes.filter(({ role }) => role === 'server').length))
  t.deepEqual([...servers].toSorted(), [1, 3])
  t.true(k3s.some(({ nodes }) => nodes.some(({ machine }) => fleet.machines[machine]?.gpu)))
  const onCloudflare = [...fleet.locations.values()].filter(({ networks }) => networks.includes('cloudflare'))
  t.true(onCloudflare.length >= 100)
})

test("the nine lines come out at SPEC's figures to the dollar", (t) => {
  const { lines, buffer } = loadFleet(facts).budget
  const allocations = Object.fromEntries(
    lines.map(({ name, allocationUsdPerMonth }) => [name, allocationUsdPerMonth]),
  )
  t.deepEqual(
    Object.values(allocations).toSorted((a, b) => a - b),
    [1100, 520, 2095, 2200, 1800, 650, 250, 600, 550].toSorted((a, b) => a - b),
  )
  const sum = Object.values(allocations).reduce((total, usd) => total + usd, 0)
  t.is(sum, 9765)
  t.is(Math.round(sum * (1 + buffer)), 11718)
})

interface Wrong {
  readonly title: string
  readonly file: string
  /** What is replaced in the file, by what. */
  readonly from: string | RegExp
  readonly to: string
  /** `line:column message` of a problem that must be reported, and in which file if it is another one. */
  readonly expect: RegExp
}

const wrong: readonly Wrong[] = [
  {
    title: 'broken YAML',
    file: 'waves.yaml',
    from: 'waves:',
    to: 'waves: [',
    expect: /waves\.yaml:\d+:\d+ not valid YAML: /,
  },
  {
    title: 'a wrong type',
    file: 'fleet/fra1.yaml',
    from: /overflow: .*/,
    to: 'overflow: none',
    expect: /fleet\/fra1\.yaml:\d+:\d+ overflow: found "none", expected array/,
  },
  {
    title: 'a value that is not allowed',
    file: 'fleet/fra1.yaml',
    from: /tier: .*/,
    to: 'tier: bronze',
    expect: /fleet\/fra1\.yaml:\d+:\d+ tier: found "bronze", expected platinum \| gold \| silver/,
  },
  {
    title: 'an unknown key',
    file: 'fleet/fra1.yaml',
    from: /tier: /,
    to: 'colour: red\ntier: ',
    expect: /fleet\/fra1\.yaml:\d+:1 unknown key colour; allowed: name, distribution, location/,
  },
  {
    title: 'a missing value',
    file: 'fleet/fra1.yaml',
    from: /tier: .*\n/,
    to: '',
    expect: /fleet\/fra1\.yaml:\d+:\d+ tier: is missing; expected platinum \| gold \| silver/,
  },
  {
    title: 'a duplicate key',
    file: 'platform.yaml',
    from: /^domain: (.*)$/m,
    to: 'domain: $1\ndomain: $1',
    expect: /platform\.yaml:\d+:1 not valid YAML: Map keys must be unique/,
  },
  {
    title: 'a duplicate location code',
    file: 'locations/europe.yaml',
    from: /code: ams/,
    to: 'code: fra',
    expect: /europe\.yaml:\d+:\d+ duplicate location fra; the first one is in .*europe\.yaml/,
  },
  {
    title: 'a location outside its area by country',
    file: 'locations/europe.yaml',
    from: /(code: ams, .*country: )NL/,
    to: '$1JP',
    expect: /europe\.yaml:\d+:\d+ Amsterdam lies outside Europe: its countries are /,
  },
  {
    title: 'a location outside its area by coordinates',
    file: 'locations/europe.yaml',
    from: /(code: ams, .*lat: )[\d.]+/,
    to: '$1-52.31',
    expect: /europe\.yaml:\d+:\d+ -52\.31, .* lies outside Europe \(latitude /,
  },
  {
    title: 'a missing location',
    file: 'locations/europe.yaml',
    from: /.*code: arn,.*\n/,
    to: '',
    expect: /areas\.yaml:\d+:\d+ Europe must have 60 locations, found 59/,
  },
  {
    title: 'a location that lists k3s without a cluster',
    file: 'locations/europe.yaml',
    from: /(code: cph, .*networks: \[cloudflare)/,
    to: '$1, k3s',
    expect: /europe\.yaml:\d+:\d+ networks list k3s, but no cluster in fleet\/ stands in cph/,
  },
  {
    title: 'an unknown upstream',
    file: 'routes.yaml',
    from: /upstream: api\b/,
    to: 'upstream: apj',
    expect: /routes\.yaml:\d+:\d+ unknown upstream apj; allowed: .*api.*inference/,
  },
  {
    title: 'an even number of K3s servers',
    file: 'fleet/fra1.yaml',
    from: /(name: fra1-c,.*role: )server/,
    to: '$1agent',
    expect: /fleet\/fra1\.yaml:\d+:1 found 2 servers; etcd needs an odd number for its quorum: 1 or 3/,
  },
  {
    title: 'an unknown wave',
    file: 'fleet/fra1.yaml',
    from: /wave: .*/,
    to: 'wave: late',
    expect: /fleet\/fra1\.yaml:\d+:1 unknown wave late; allowed: canary, early, broad/,
  },
  {
    title: 'a wave without a cluster',
    file: 'waves.yaml',
    from: 'waves:',
    to: 'waves:\n  - { name: last, description: nobody }',
    expect: /waves\.yaml:\d+:\d+ wave last has no cluster/,
  },
  {
    title: 'a node outside its network',
    file: 'fleet/fra1.yaml',
    from: /address: 10\.64\.(\d+)\.11/,
    to: 'address: 10.65.$1.11',
    expect: /fleet\/fra1\.yaml:\d+:\d+ 10\.65\.\d+\.11 lies outside the site's network/,
  },
  {
    title: 'an unknown machine',
    file: 'fleet/fra1.yaml',
    from: /machine: [\w-]+/,
    to: 'machine: toaster',
    expect: /fleet\/fra1\.yaml:\d+:\d+ unknown machine toaster; allowed: /,
  },
  {
    title: 'a name that is not its file',
    file: 'fleet/fra1.yaml',
    from: /^name: fra1/m,
    to: 'name: fra2',
    expect: /fleet\/fra1\.yaml:\d+:1 found fra2, expected fra1, the name of its file/,
  },
  {
    title: 'an unknown budget line',
    file: 'prices.yaml',
    from: /line: [\w-]+/,
    to: 'line: snacks',
    expect: /prices\.yaml:\d+:\d+ unknown budget line snacks; allowed: .*; or outside the lines: /,
  },
  {
    title: 'what is outside the lines twice',
    file: 'budget.yaml',
    from: '- id: regional-databases',
    to: '- id: regional-compute',
    expect: /budget\.yaml:\d+:\d+ duplicate id regional-compute/,
  },
  {
    title: 'a line that is outside the lines too',
    file: 'budget.yaml',
    from: '- id: regional-databases',
    to: '- id: security',
    expect: /budget\.yaml:\d+:\d+ security is a line: it cannot be outside too/,
  },
]

for (const { title, file, from, to, expect } of wrong) {
  test(`${title} is reported with its place`, (t) => {
    const dir = copyOfFacts(t)
    edit(join(dir, file), from, to)
    const error = t.throws(() => loadFleet(dir), { instanceOf: FactsError })
    t.regex(error.message, expect)
  })
}

test('all wrong facts of all files are reported in one run, in order', (t) => {
  const dir = copyOfFacts(t)
  edit(join(dir, 'fleet/fra1.yaml'), /tier: .*/, 'tier: bronze')
  edit(join(dir, 'fleet/fra1.yaml'), /size: .*/, 'size: huge')
  edit(join(dir, 'waves.yaml'), 'waves:', 'surfs:')
  const error = t.throws(() => loadFleet(dir), { instanceOf: FactsError })
  const found = error.problems.map(
    ({ file, message }) => `${file.split('/').at(-1)} ${message.split(/[ :]/)[0]}`,
  )
  // In the order of lines: the tier stands above the size.
  t.deepEqual(found.slice(0, 2), ['fra1.yaml tier', 'fra1.yaml size'])
  t.deepEqual(found.slice(2).toSorted(), ['waves.yaml unknown', 'waves.yaml waves'])
})

test('the place of a problem is the place of the word that is wrong', (t) => {
  const dir = copyOfFacts(t)
  const file = join(dir, 'fleet/fra1.yaml')
  edit(file, /machine: [\w-]+/, 'machine: toaster')
  const [problem] = t.throws(() => loadFleet(dir), { instanceOf: FactsError }).problems
  const line = readFileSync(file, 'utf8').split('\n')[(problem?.line ?? 0) - 1]
  t.is(line?.slice((problem?.column ?? 0) - 1).split(':')[0], 'machine')
})

test('a missing file and a missing folder are said to be missing', (t) => {
  const dir = copyOfFacts(t)
  rmSync(join(dir, 'budget.yaml'))
  rmSync(join(dir, 'fleet'), { recursive: true })
  const { message } = t.throws(() => loadFleet(dir), { instanceOf: FactsError })
  t.regex(message, /budget\.yaml:1:1 the file is missing; it is required/)
  t.regex(message, /fleet:1:1 the folder cannot be read/)
})

const root = process.getuid?.() === 0
;(root ? test.skip : test)('an unreadable file is said to be unreadable', (t) => {
  const dir = copyOfFacts(t)
  chmodSync(join(dir, 'budget.yaml'), 0)
  const { message } = t.throws(() => loadFleet(dir), { instanceOf: FactsError })
  t.regex(message, /budget\.yaml:1:1 the file cannot be read: permission denied/)
})

test('a folder where a file should be is a problem, not a crash', (t) => {
  const dir = copyOfFacts(t)
  rmSync(join(dir, 'budget.yaml'))
  cpSync(join(dir, 'locations'), join(dir, 'budget.yaml'), { recursive: true })
  const { message } = t.throws(() => loadFleet(dir), { instanceOf: FactsError })
  t.regex(message, /budget\.yaml:1:1 the file cannot be read: /)
})

test('aliases that multiply are refused, not expanded', (t) => {
  const dir = copyOfFacts(t)
  const levels = [...'bcdefghi'].map(
    (name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]}, `.repeat(9)}]`,
  )
  writeFileSync(join(dir, 'waves.yaml'), `a: &a [x]\n${levels.join('\n')}\n`)
  const { message } = t.throws(() => loadFleet(dir), { instanceOf: FactsError })
  t.regex(message, /waves\.yaml:\d+:\d+ not valid YAML: .*alias/i)
})

test('a file that was parsed before is not parsed again until its text changes', (t) => {
  const kept = new Map<string, { text: string; value: unknown }>()
  let hits = 0
  const parsed = {
    get(file: string, text: string) {
      const entry = kept.get(file)
      if (entry?.text !== text) return undefined
      hits++
      return entry.value
    },
    set: (file: string, text: string, value: unknown) => void kept.set(file, { text, value }),
  }
  const dir = copyOfFacts(t)
  const first = loadFleet(dir, parsed)
  t.is(hits, 0)
  t.deepEqual(loadFleet(dir, parsed), first)
  t.is(hits, kept.size)
  edit(join(dir, 'fleet/fra1.yaml'), /tier: .*/, 'tier: silver')
  t.is(loadFleet(dir, parsed).clusters.find(({ name }) => name === 'fra1')?.tier, 'silver')
})

function copyOfFacts(t: { teardown(action: () => void): void }): string {
  const dir = mkdtempSync(join(tmpdir(), 'facts-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  cpSync(facts, dir, { recursive: true, filter: (path) => !path.endsWith('.ts') })
  return dir
}

function edit(file: string, from: string | RegExp, to: string): void {
  const before = readFileSync(file, 'utf8')
  const after = before.replace(from, to)
  if (after === before) throw new Error(`nothing in ${file} matches ${from}`)
  writeFileSync(file, after)
}
