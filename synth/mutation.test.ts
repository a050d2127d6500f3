import { join } from 'node:path'
import test from 'ava'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { loadFleet } from '../clusters/fleet.ts'
import { evaluate } from '../policies/evaluate.ts'
import { splitKind } from '../policies/kinds.ts'
import { mutated } from '../policies/mutate.ts'
import type { Mutation, Rule } from '../policies/rule.ts'
import { rules } from '../policies/rules.ts'
import { loadCatalog } from './catalog.ts'
import { contentOf } from './render.ts'
import { root } from './sources.ts'
import { renderTree } from './tree.ts'

const binary = join(root, '.cache/bin/policy-evaluator')
const fleet = loadFleet(join(root, 'clusters'))
const catalog = await loadCatalog(join(root, 'apps'), fleet.platform.registry)
const files = new Map([...renderTree(fleet, catalog).files].map((file) => [file.path, contentOf(file)]))

const Thing = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})
type Thing = z.infer<typeof Thing>

/** What Kubernetes is given: apps, what a cluster has alone, and what K3s applies at birth. */
const objectFiles =
  /^(apps\/(?!.*\/values\.yaml$)|clusters\/[^/]+\/(apps|identity)\/|nodes\/[^/]+\/manifests\/).*\.yaml$/

const objects = [
  ...new Set([...files].flatMap(([path, text]) => (objectFiles.test(path) ? text.split(/^---\n/m) : []))),
]
  .flatMap((text) => parseAllDocuments(text))
  .map((document) => Thing.parse(document.toJS()))

/** Fleet and cloud rules are held against what their views are made of, beside these. */
const held = rules.filter(({ scope }) => scope === 'object')

test('every object rule says how to break what is really rendered', (t) => {
  t.true(held.length >= 16)
  t.deepEqual(
    held.filter(({ mutations }) => mutations.length === 0).map(({ id }) => id),
    [],
  )
})

test('what is rendered passes every object rule, and every breach of it is found', async (t) => {
  const before = await violations(objects)
  t.deepEqual([...before.errors], [])
  const breaches = held.flatMap((rule) =>
    rule.mutations.map((mutation) => ({ rule, mutation, ...breach(rule, mutation) })),
  )
  const after = await violations(breaches.map(({ broken }) => broken))
  breaches.forEach(({ rule, mutation, from }, index) => {
    const found = after.of(index, rule.id).filter((one) => !before.of(from, rule.id).includes(one))
    t.true(found.length > 0, `rule ${rule.id} does not find ${JSON.stringify(mutation)}`)
  })
})

/** The violations of each thing by each rule, as indices of validations; an expression that breaks is none. */
async function violations(things: readonly Thing[]) {
  const findings = await evaluate(
    held,
    things.map((thing) => ({ text: JSON.stringify(thing) })),
    { binary },
  )
  const errors = findings
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, kind, namespace, name, message }) => `${rule}: ${kind} ${namespace}/${name}: ${message}`)
  return {
    errors: new Set(errors),
    of: (index: number, id: string) =>
      findings
        .filter(({ document, rule, error }) => document === index && rule === id && !error)
        .map(({ validation }) => validation),
  }
}

/** The first object that the mutation is for, by its index, and broken. */
function breach(rule: Rule, mutation: Mutation): { readonly from: number; readonly broken: Thing } {
  const { group, kind } = splitKind(mutation.on)
  const from = objects.findIndex(
    ({ apiVersion, kind: actual, metadata }) =>
      actual === kind &&
      (apiVersion.includes('/') ? splitKind(apiVersion).group : '') === group &&
      (mutation.where?.name ?? metadata.name) === metadata.name &&
      (mutation.where?.namespace ?? metadata.namespace) === metadata.namespace,
  )
  const thing = objects[from]
  if (thing === undefined || mutation.change === 'delete') {
    throw new RangeError(
      `rule ${rule.id}: nothing rendered can be broken as ${JSON.stringify(mutation)} says`,
    )
  }
  return { from, broken: Thing.parse(mutated(thing, mutation.change)) }
}
