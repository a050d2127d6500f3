import test from 'ava'
import { costDelta } from './cost-delta.ts'
import type { FleetIndex } from './fleet-index.ts'
import { costLine } from './words.ts'

/** An index that says nothing but what the fleet costs. */
function index(cost: Partial<FleetIndex['cost']>): FleetIndex {
  return {
    version: 1,
    waves: [],
    cost: {
      plannedUsdPerMonth: 100,
      budgetUsdPerMonth: 120,
      outsideUsdPerMonth: 50,
      lines: { k3s: 100 },
      cloud: { 'aws-core': 20, 'aws-models': 460 },
      ...cost,
    },
    variants: {},
    clusters: {},
  }
}

test('a cloud resource that comes changes its stack at list price, and not the plan', (t) => {
  const cost = costDelta(index({}), index({ cloud: { 'aws-core': 21, 'aws-models': 460, 'aws-edge': 16 } }))
  t.is(cost.deltaUsdPerMonth, 0)
  t.deepEqual(cost.lines, [
    { line: 'aws-core at list price', beforeUsdPerMonth: 20, afterUsdPerMonth: 21 },
    { line: 'aws-edge at list price', beforeUsdPerMonth: 0, afterUsdPerMonth: 16 },
  ])
  t.is(
    costLine(cost),
    '$0 a month planned (aws-core at list price $20 → $21, aws-edge at list price $0 → $16)',
  )
})

test('a stack that goes costs nothing any more', (t) => {
  const { lines } = costDelta(index({}), index({ cloud: { 'aws-core': 20 } }))
  t.deepEqual(lines, [{ line: 'aws-models at list price', beforeUsdPerMonth: 460, afterUsdPerMonth: 0 }])
})

test('an index from before the cloud was priced says nothing of it', (t) => {
  t.deepEqual(costDelta(index({ cloud: undefined }), index({})).lines, [])
})

test('what changes outside the lines and in them is said as before', (t) => {
  const cost = costDelta(
    index({}),
    index({ plannedUsdPerMonth: 144, outsideUsdPerMonth: 60, lines: { k3s: 144 } }),
  )
  t.is(cost.deltaUsdPerMonth, 44)
  t.deepEqual(
    cost.lines.map(({ line }) => line),
    ['k3s', 'outside the lines'],
  )
})
