import { createServer, type Server } from 'node:http'
import test, { type ExecutionContext } from 'ava'
import { command } from '../commands/promote.ts'
import { run, testClone } from './clone.testing.ts'
import { askGate, type Gate, type GateRules } from './gate.ts'
import type { Promotion } from './plan.ts'
import { hasPrometheus, startPrometheus, type Traffic } from './prometheus.testing.ts'
import { openPrometheus } from './prometheus.ts'

const sites = ['ams1', 'fra1', 'sin1']
const rules: GateRules = { quorum: 0.6, soakSeconds: 3600 }

interface Case {
  readonly wave: string
  readonly what: string
  readonly traffic: readonly Partial<Traffic>[]
  /** No reason: the gate is open. */
  readonly reasons: readonly RegExp[]
  readonly rules?: GateRules
  readonly movedMinutesAgo?: number | undefined
}

/** Each is a wave of its own in one Prometheus; `traffic` is of ams1, fra1, sin1 in this order. */
const cases: readonly Case[] = [
  { wave: 'healthy', what: 'on target', traffic: [{ failed: 0 }, { slow: 5 }, {}], reasons: [] },
  {
    wave: 'burning',
    what: 'one site fails 2 % of its requests',
    traffic: [{}, { failed: 20 }, {}],
    reasons: [
      /^fra1 misses 99\.95 % availability: 2 % of its requests failed in 1h, 2 % in 5m; at most 0\.05 % may$/,
    ],
  },
  {
    wave: 'slow',
    what: 'one site answers 6 % in 50 ms or more: P99 is missed, whatever wakes people',
    traffic: [{}, {}, { slow: 60 }],
    reasons: [
      /^sin1 misses P99 < 50 ms: 6 % of its requests took 50 ms or more in 1h, 6 % in 5m; at most 1 % may$/,
    ],
  },
  {
    wave: 'both',
    what: 'failing and slow at two sites: each is told',
    traffic: [{ failed: 300, slow: 300 }, { failed: 20 }, {}],
    reasons: [/^ams1 misses 99\.95 %/, /^ams1 misses P99/, /^fra1 misses 99\.95 %/],
  },
  {
    wave: 'over',
    what: 'before the wave moved a little failed, within three days’ budget',
    traffic: [{ failed: 1, badUntil: 80 }, {}, {}],
    reasons: [],
  },
  {
    wave: 'spent',
    what: 'before the wave moved so much failed that three days’ budget is spent',
    traffic: [{ failed: 20, badUntil: 80 }, {}, {}],
    reasons: [
      /^ams1 misses 99\.95 % availability: 0\.\d+ % of its requests failed in 3d, 0\.\d+ % in 6h; at most 0\.05 % may$/,
    ],
  },
  {
    wave: 'fresh',
    what: 'it began to fail ten minutes ago, badly',
    traffic: [{ failed: 50, badSince: 10 }, {}, {}],
    reasons: [/^ams1 misses 99\.95 % availability: 0\.\d+ % of its requests failed in 1h, 5 % in 5m/],
  },
  {
    wave: 'hiccup',
    what: 'three bad minutes that an hour makes up for',
    traffic: [{ failed: 5, badSince: 3 }, {}, {}],
    reasons: [],
  },
  {
    wave: 'one-offline',
    what: 'one of three is offline: no obstacle while the others report',
    traffic: [{}, {}, { minutes: [100, 20] }],
    reasons: [],
  },
  {
    wave: 'two-offline',
    what: 'too few report',
    traffic: [{}, { minutes: [100, 20] }, { minutes: [100, 30] }],
    reasons: [/^1 of 3 sites of wave\/two-offline report \(33\.3 %\), 60 % must; silent: fra1, sin1$/],
  },
  {
    wave: 'quorum',
    what: 'all must report, and one is offline',
    traffic: [{}, {}, { minutes: [100, 20] }],
    rules: { quorum: 1, soakSeconds: 3600 },
    reasons: [/^2 of 3 sites of wave\/quorum report \(66\.7 %\), 100 % must; silent: sin1$/],
  },
  {
    wave: 'idle',
    what: 'hardly a request says nothing; neither does one without latency',
    traffic: [{ perMinute: 1 }, { untimed: true }, {}],
    reasons: [/1 of 3 .* too few requests: ams1; no latency histogram: fra1$/],
  },
  {
    wave: 'nothing',
    what: 'no data at all',
    traffic: [],
    reasons: [/^0 of 3 sites of wave\/nothing report \(0 %\), 60 % must; silent: ams1, fra1, sin1$/],
  },
  {
    wave: 'soaking',
    what: 'it moved a moment ago',
    traffic: [{}, {}, {}],
    movedMinutesAgo: 12,
    reasons: [/^wave\/soaking moved 12 min ago and soaks for 1h: 48 min to go$/],
  },
  {
    wave: 'unlogged',
    what: 'since when is not known',
    traffic: [{}, {}, {}],
    movedMinutesAgo: undefined,
    reasons: [/^since when wave\/unlogged runs b{12} is not known: no tag was\/unlogged\/\* stands there$/],
  },
  {
    wave: 'unsoaked',
    what: 'no soak is asked for',
    traffic: [{}, {}, {}],
    movedMinutesAgo: undefined,
    rules: { quorum: 0.6, soakSeconds: 0 },
    reasons: [],
  },
]

// Prometheus comes from Debian (tools/debian.mjs, which npm test calls).
const engineTest = hasPrometheus ? test : test.skip
if (!hasPrometheus) console.warn('skipped: no prometheus and promtool here; sudo apt-get install prometheus')

const traffic = cases.flatMap(({ wave, traffic }) =>
  traffic.map((one, index): Traffic => ({ ...one, wave, cluster: sites[index] ?? '' })),
)
// A site that is no longer of the wave says nothing about it.
const strangers: readonly Traffic[] = [{ wave: 'healthy', cluster: 'old1', failed: 1000 }]
// Started by a hook, so that a file that fails to load leaves nothing running.
let engine: Awaited<ReturnType<typeof startPrometheus>> | undefined
test.before(async () => {
  if (hasPrometheus) engine = await startPrometheus([...traffic, ...strangers])
})
test.after.always(() => engine?.stop())

for (const one of cases) {
  engineTest(`${one.what}: ${one.reasons.length === 0 ? 'open' : 'closed'}`, async (t) => {
    const url = engine?.url
    if (!url) return t.fail('no Prometheus')
    const gate = await ask(url, one)
    t.is(gate.reasons.length, one.reasons.length, gate.reasons.join('\n'))
    for (const [index, words] of one.reasons.entries()) t.regex(gate.reasons[index] ?? '', words)
    t.is(gate.open, one.reasons.length === 0)
  })
}

engineTest(
  'the command asks it: closed it exits 1, prepares nothing and says why; open it goes on',
  async (t) => {
    const url = engine?.url
    if (!url) return t.fail('no Prometheus')
    const clone = testClone(t)
    const promote = (wave: string, options: Readonly<Record<string, string | true>>) =>
      run(command, [wave], { repository: clone.folder, ...options })
    t.is((await promote('canary', { gate: url.href, land: true })).code, 0)
    const closed = await promote('early', { gate: url.href, push: true })
    t.is(closed.code, 1)
    t.regex(
      closed.text,
      /✗ wave\/early stays at nothing:\n {2}wave\/canary moved 0 min ago and soaks for 1h: 60 min to go\n {2}0 of 3 sites/,
    )
    t.is(clone.at('refs/heads/promote'), '')
  },
)

test('no Prometheus in reach closes the gate, and says so', async (t) => {
  const { open, reasons } = await ask(await nobody(), { wave: 'healthy' })
  t.false(open)
  t.is(reasons.length, 1)
  t.regex(
    reasons[0] ?? '',
    /^http:\/\/127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED: how wave\/healthy fares is not known$/,
  )
})

// Answers that no Prometheus of this version gives, or only a broken one.
const nonsense: readonly [what: string, status: number, body: string, says: RegExp][] = [
  ['a web page', 200, '<html>Welcome</html>', /answers 200 and no Prometheus result: "<html>Welcome/],
  ['another JSON', 200, '{"status":"success","data":[]}', /answers 200 and no Prometheus result/],
  [
    'a scalar',
    200,
    '{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}',
    /no Prometheus result/,
  ],
  ['nothing', 502, '', /answers 502 and no Prometheus result: ""/],
  [
    'its own error',
    422,
    '{"status":"error","errorType":"execution","error":"too many samples"}',
    /says: too many samples/,
  ],
]
for (const [what, status, body, says] of nonsense) {
  test(`${what} for an answer closes the gate`, async (t) => {
    const { open, reasons } = await ask(await answering(t, status, body), { wave: 'healthy' })
    t.false(open)
    t.is(reasons.length, 1)
    t.regex(reasons[0] ?? '', says)
  })
}

test('a Prometheus that never answers is not waited for', async (t) => {
  const url = await listen(
    t,
    createServer(() => {}),
  )
  await t.throwsAsync(openPrometheus(url, { timeoutMs: 100 }).query('up'), {
    message: /cannot be reached: no answer in time/,
  })
})

test('a token is sent as a bearer', async (t) => {
  const url = await listen(
    t,
    createServer((request, response) => {
      response.end(JSON.stringify({ status: 'error', error: request.headers.authorization }))
    }),
  )
  await t.throwsAsync(openPrometheus(url, { token: 'abc' }).query('up'), { message: /says: Bearer abc$/ })
})

test('a commit that the wave before left behind is not what was measured', async (t) => {
  const { reasons } = await ask(await nobody(), { wave: 'healthy', to: 'a'.repeat(40) })
  t.regex(reasons[0] ?? '', /^wave\/healthy runs b{12} by now, not a{12}/)
})

test('before the first wave nothing runs: open without a question', async (t) => {
  const promotion = promotionAfter('healthy')
  const first = { ...promotion, before: { wave: undefined, branch: 'main', tip: promotion.to } }
  const gate = await askGate(openPrometheus(await nobody()), {
    promotion: first,
    movedAt: undefined,
    rules,
    now: new Date(),
  })
  t.true(gate.open)
})

function ask(url: URL, one: Partial<Case> & { wave: string; to?: string }): Promise<Gate> {
  const minutes = 'movedMinutesAgo' in one ? one.movedMinutesAgo : 90
  const now = new Date()
  return askGate(openPrometheus(url), {
    promotion: { ...promotionAfter(one.wave), ...(one.to ? { to: one.to } : {}) },
    movedAt: minutes === undefined ? undefined : new Date(now.getTime() - minutes * 60_000),
    rules: one.rules ?? rules,
    now,
  })
}

function promotionAfter(wave: string): Promotion {
  const tip = 'b'.repeat(40)
  return {
    wave: 'next',
    branch: 'wave/next',
    from: undefined,
    to: tip,
    before: { wave, branch: `wave/${wave}`, tip },
    commits: [],
    sites: [],
    sitesBefore: sites.map((name) => ({ name, country: 'DE' })),
  }
}

function answering(t: ExecutionContext, status: number, body: string): Promise<URL> {
  return listen(
    t,
    createServer((_, response) => {
      response.statusCode = status
      response.end(body)
    }),
  )
}

function listen(t: ExecutionContext, server: Server): Promise<URL> {
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(urlOf(server)))
  })
}

/** An address where nobody listens any more. */
function nobody(): Promise<URL> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const url = urlOf(server)
      server.close(() => resolve(url))
    })
  })
}

function urlOf(server: Server): URL {
  const address = server.address()
  return new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
}
