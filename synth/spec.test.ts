import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { z } from 'zod'
import { loadFleet } from '../clusters/fleet.ts'
import { NetworkName } from '../clusters/schema.ts'
import { renderCloud } from './cloud.ts'
import { contentOf } from './render.ts'
import { root } from './sources.ts'
import { type CloudResource, cloudResources } from './views/cloud.ts'

const Place = z.strictObject({
  /** `cloud/<stack>`, or a glob of rendered/. */
  in: z.string(),
  kind: z.string().optional(),
  with: z.record(z.string().regex(/^\//), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** What the file holds, as an expression. */
  text: z.string().optional(),
  /** At least so many. */
  count: z.int().positive().default(1),
})
const Spec = z.strictObject({
  rows: z.array(
    z.strictObject({
      row: z.string(),
      line: z.strictObject({ id: z.string(), usdPerMonth: z.number() }).optional(),
      locations: z.strictObject({ network: NetworkName, atLeast: z.int(), in: z.string() }).optional(),
      nodes: z.int().optional(),
      found: z.array(
        z.strictObject({ says: z.string(), code: z.boolean().optional(), at: z.array(Place).min(1) }),
      ),
    }),
  ),
})
type Place = z.infer<typeof Place>

const { rows } = Spec.parse(parse(readFileSync(join(root, 'docs/spec.yaml'), 'utf8')))
const fleet = loadFleet(join(root, 'clusters'))
const files = await renderCloud(fleet, () => {})
const resources = cloudResources(
  files.flatMap((file) =>
    contentOf(file)
      .split(/^---\n/m)
      .map((text) => ({ text, files: [file.path] })),
  ),
)

for (const { row, found } of rows) {
  for (const { says, at } of found) {
    test(`SPEC ${row}: ${says}`, (t) => {
      for (const place of at) t.true(foundAt(place) >= place.count, JSON.stringify(place))
    })
  }
}

test("every row's cost is the line of the budget", (t) => {
  for (const { row, line } of rows) {
    if (!line) continue
    t.is(fleet.budget.lines.find(({ id }) => id === line.id)?.allocationUsdPerMonth, line.usdPerMonth, row)
  }
})

test('every row has the locations and the nodes that it asks for', (t) => {
  for (const { row, locations, nodes } of rows) {
    if (locations) {
      const stack = resources.find(({ kind, stack }) => kind === 'Stack' && `cloud/${stack}` === locations.in)
      const outputs = z.looseObject({ locations: z.string() }).parse(stack?.spec.outputs)
      const given = outputs.locations.split(',')
      t.true(given.length >= locations.atLeast, row)
      const served = [...fleet.locations.values()].filter(({ networks }) =>
        networks.includes(locations.network),
      )
      t.deepEqual(given.toSorted(), served.map(({ code }) => code).toSorted())
    }
    if (nodes !== undefined) {
      const sites = fleet.clusters.filter(({ distribution }) => distribution === 'k3s')
      t.is(sites.flatMap((site) => site.nodes).length, nodes, row)
      t.is(globSync('clusters/*/node/*.yaml', { cwd: join(root, 'rendered') }).length, nodes, row)
    }
  }
})

test('a row that nothing realises is missed', (t) => {
  t.is(foundAt(Place.parse({ in: 'cloud/aws-core', kind: 's3.aws/Bucket', with: { '/bucket': 'other' } })), 0)
  t.is(foundAt(Place.parse({ in: 'cloud/aws-core', kind: 'eks.aws/Cluster' })), 0)
  t.is(foundAt(Place.parse({ in: 'apps/router/*/statefulset-router.yaml', text: 'no such words' })), 0)
  t.is(foundAt(Place.parse({ in: 'apps/none/*/statefulset-router.yaml' })), 0)
})

/** How many resources or files are as the place says. */
function foundAt({ in: where, kind, with: wanted = {}, text = '' }: Place): number {
  if (kind === undefined) {
    return globSync(where, { cwd: join(root, 'rendered') }).filter((path) =>
      new RegExp(text).test(readFileSync(join(root, 'rendered', path), 'utf8')),
    ).length
  }
  return resources.filter(
    (one) =>
      `cloud/${one.stack}` === where &&
      kindOf(one) === kind &&
      Object.entries(wanted).every(([pointer, value]) =>
        valuesAt(one.spec, pointer.split('/').slice(1)).some((actual) => fits(actual, value)),
      ),
  ).length
}

function kindOf({ apiVersion, kind }: CloudResource): string {
  return `${apiVersion.replace(/\/v1$/, '')}/${kind}`
}

/** `*` stands for every item or property. */
function valuesAt(value: unknown, [key, ...rest]: readonly string[]): readonly unknown[] {
  if (key === undefined) return [value]
  if (typeof value !== 'object' || value === null) return []
  const inner = key === '*' ? Object.values(value) : [Reflect.get(value, key)]
  return inner.flatMap((one) => valuesAt(one, rest))
}

function fits(actual: unknown, wanted: string | number | boolean): boolean {
  const expression = typeof wanted === 'string' ? /^\/(.*)\/(i?)$/.exec(wanted) : null
  if (!expression) return actual === wanted
  return typeof actual === 'string' && new RegExp(expression[1] ?? '', expression[2]).test(actual)
}
