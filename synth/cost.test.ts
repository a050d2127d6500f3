import { join } from 'node:path'
import test from 'ava'
import { type Fleet, loadFleet } from '../clusters/fleet.ts'
import { costOf, volumesOf } from './cost.ts'
import { type CloudCost, noCloud } from './cost-cloud.ts'
import { costReport } from './cost-report.ts'

const fleet = loadFleet(join(import.meta.dirname, '../clusters'))

/** What `outside` estimates by hand. */
const byHand = 10_250

const spec: readonly [line: string, usd: number, percent: number, unitUsd: number][] = [
  ['cloudflare-workers', 1100, 11, 0.367],
  ['lambda-edge', 520, 5, 0.65],
  ['cloudfront', 2095, 21, 0.0998],
  ['k3s', 2200, 23, 44],
  ['monitoring', 1800, 18, 0.6],
  ['ml-inference', 650, 7, 0.297],
  ['security', 250, 3, 0.833],
  ['networking', 600, 6, 2],
  ['storage', 550, 6, 0.055],
]

test('the nine lines are the specification’s, to the dollar and the percent', (t) => {
  const { lines, sumUsd, budgetUsd, plannedUsd, withinBudget } = costReport(fleet)
  t.deepEqual(
    lines.map(({ id, usd, share, plannedUnitUsd }) => [
      id,
      usd,
      Math.round(share * 100),
      Number(plannedUnitUsd.toPrecision(3)),
    ]),
    spec,
  )
  t.like(
    { sumUsd, plannedUsd, budgetUsd, withinBudget },
    { sumUsd: 9765, plannedUsd: 9765, budgetUsd: 11718 },
  )
  t.true(withinBudget)
})

test('the index holds each line, so that a diff can tell which one changed', (t) => {
  const cost = costOf(fleet.budget, volumesOf(fleet))
  t.deepEqual(cost.lines, Object.fromEntries(spec.map(([id, usd]) => [id, usd])))
  t.like(cost, { plannedUsdPerMonth: 9765, budgetUsdPerMonth: 11718, outsideUsdPerMonth: byHand, cloud: {} })
  t.deepEqual(costOf(fleet.budget), cost)
})

test('the index holds each stack at list price, in whole dollars, and no line counts it', (t) => {
  const cloud: CloudCost = {
    ...noCloud,
    usd: 480.6,
    byStack: { 'aws-core': 20.6, 'aws-models': 460, github: 0 },
  }
  const cost = costOf(fleet.budget, {}, cloud)
  t.deepEqual(cost.cloud, { 'aws-core': 21, 'aws-models': 460 })
  t.is(cost.plannedUsdPerMonth, 9765)
})

const whatIfs: readonly [what: string, options: Parameters<typeof costReport>[1], planned: number][] = [
  ['nothing', {}, 9765],
  ['aggressive caching', { savings: ['aggressive-caching'] }, 9265],
  ['spot', { savings: ['spot'] }, 9365],
  ['compression', { savings: ['compression'] }, 9465],
  ['reserved capacity', { savings: ['reserved-capacity'] }, 8965],
  ['all savings', { savings: ['aggressive-caching', 'spot', 'compression', 'reserved-capacity'] }, 7765],
  ['a fifth of the Worker requests', { volumes: { 'cloudflare-workers': 600 } }, 8885],
  ['ten more nodes', { volumes: { k3s: 60 } }, 10205],
  ['ten more nodes on spot', { volumes: { k3s: 60 }, savings: ['spot'] }, 9805],
  ['nobody at all', { volumes: Object.fromEntries(spec.map(([id]) => [id, 0])) }, 0],
]
for (const [what, options, planned] of whatIfs) {
  test(`what if: ${what}, ${planned} dollars`, (t) => {
    const report = costReport(fleet, options)
    t.is(report.plannedUsd, planned)
    // What may be spent does not grow with what is.
    t.is(report.budgetUsd, 11718)
  })
}

test('a node more or less in the facts moves the K3s line by its unit cost, and no other', (t) => {
  const [, ...rest] = fleet.clusters.filter(({ nodes }) => nodes.length === 3)
  const fewer: Fleet = {
    ...fleet,
    clusters: [...fleet.clusters.filter(({ nodes }) => nodes.length !== 3), ...rest],
  }
  const before = costReport(fleet)
  const after = costReport(fewer)
  t.is(after.sumUsd - before.sumUsd, -3 * 44)
  t.deepEqual(
    after.lines.filter(({ usd }, index) => usd !== before.lines[index]?.usd).map(({ id }) => id),
    ['k3s'],
  )
})

test('a plan above the budget is found, to the dollar', (t) => {
  // The buffer is 1,953 dollars: 44 nodes are 1,936 of them, 45 are 1,980.
  t.true(costReport(fleet, { volumes: { k3s: 94 } }).withinBudget)
  t.false(costReport(fleet, { volumes: { k3s: 95 } }).withinBudget)
})

test('a list price stands beside a line only where it is for the same unit, and says where it comes from', (t) => {
  const listed = costReport(fleet).lines.map(({ id, listPrice }) => [id, listPrice?.usd])
  t.deepEqual(Object.fromEntries(listed), {
    'cloudflare-workers': 0.3,
    'lambda-edge': 0.6,
    cloudfront: 0.085,
    k3s: undefined,
    monitoring: 0.5,
    'ml-inference': undefined,
    security: 0.6,
    networking: undefined,
    storage: undefined,
  })
  for (const { prices } of costReport(fleet).lines) {
    for (const { source, date } of prices) t.regex(`${source} ${date}`, /^https:\/\/\S+ 20\d\d-\d\d-\d\d$/)
  }
})

test('a million requests a second is priced apart, by network, and costs far more than the plan', (t) => {
  const { peak, sumUsd } = costReport(fleet)
  t.is(peak.millionRequestsPerMonth, 2_628_000)
  const byNetwork = Object.fromEntries(peak.networks.map((one) => [one.network, one]))
  // Per million requests: 0.30 + 0.02 + 0.05 × 0.50 = 0.345 dollars.
  t.is(byNetwork.cloudflare?.usdPerMonth, Math.round(2_628_000 * 0.345 * (byNetwork.cloudflare?.share ?? 0)))
  // Per million: 4 GB at 0.12 and 1 dollar.
  t.is(byNetwork.fastly?.usdPerMonth, Math.round(2_628_000 * 1.48 * (byNetwork.fastly?.share ?? 0)))
  t.is(byNetwork.k3s?.usdPerMonth, undefined)
  const shares = peak.networks.reduce((total, { share }) => total + share, 0)
  t.true(Math.abs(shares - 1) < 1e-9)
  t.true(peak.usdPerMonth > 100 * sumUsd)
})

test('what the lines do not cover is shown, and counted in none of them', (t) => {
  const cloud: CloudCost = { ...noCloud, usd: 133, byLine: { 'regional-compute': 100.4, security: 32.6 } }
  const { outside, outsideUsd, sumUsd, plannedUsd, withinBudget } = costReport(fleet, { cloud })
  t.is(outsideUsd, byHand + 100)
  t.is(
    outside.reduce((total, { usd }) => total + usd, 0),
    outsideUsd,
  )
  t.like(
    outside.find(({ id }) => id === 'regional-compute'),
    { renderedUsd: 100, byHandUsd: 0, usd: 100 },
  )
  t.like({ sumUsd, plannedUsd, withinBudget }, { sumUsd: 9765, plannedUsd: 9765, withinBudget: true })
})
