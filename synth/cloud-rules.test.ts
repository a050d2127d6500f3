import { join } from 'node:path'
import test from 'ava'
import { loadFleet } from '../clusters/fleet.ts'
import { cloudRules } from '../policies/cloud-rules.ts'
import { evaluate } from '../policies/evaluate.ts'
import type { Finding } from '../policies/finding.ts'
import { splitKind } from '../policies/kinds.ts'
import { mutated } from '../policies/mutate.ts'
import type { Mutation } from '../policies/rule.ts'
import type { CloudView } from '../policies/views.ts'
import { renderCloud } from './cloud.ts'
import type { Document } from './documents.ts'
import { contentOf } from './render.ts'
import { root } from './sources.ts'
import { type CloudResource, cloudResources, cloudViews } from './views/cloud.ts'

const binary = join(root, '.cache/bin/policy-evaluator')
const files = await renderCloud(loadFleet(join(root, 'clusters')), () => {})
const resources = cloudResources(
  files.flatMap((file) =>
    contentOf(file)
      .split(/^---\n/m)
      .map((text) => ({ text, files: [file.path] })),
  ),
)
const views = cloudViews(resources)
const before = new Set(views.map(({ text }) => text))

test('the whole cloud, as it is rendered now, keeps every cloud rule', async (t) => {
  const findings = await evaluate(cloudRules, views, { binary })
  t.deepEqual(findings.filter(({ severity }) => severity === 'error').map(inWords), [])
  t.deepEqual(
    [...new Set(findings.map(({ rule }) => rule))],
    ['workloads-by-digest'],
    'what is not built yet is said, and nothing else',
  )
})

test('every cloud rule judges something that is rendered', (t) => {
  const kinds = new Set(resources.map(kindOf))
  const idle = cloudRules.filter(
    ({ match }) => !match.kinds.some((kind) => kind === '*/*' || kinds.has(kind)),
  )
  t.deepEqual(
    idle.map(({ id }) => id),
    [],
  )
})

test('every breach of a cloud rule in what is rendered is found, and every validation about what is rendered by one', async (t) => {
  const breaches = cloudRules.flatMap((rule) => rule.mutations.map((mutation) => ({ rule, mutation })))
  const silent = new Set(
    cloudRules.flatMap(({ id, validations }) => validations.map((_, index) => `${id} ${index}`)),
  )
  for (const [rule, same] of Map.groupBy(breaches, (one) => one.rule)) {
    const changed = same.map(({ mutation }) => broken(mutation).filter(({ text }) => !before.has(text)))
    const found = await evaluate([rule], changed.flat(), { binary })
    t.deepEqual(found.filter(({ error }) => error).map(inWords), [])
    let first = 0
    for (const [index, { mutation }] of same.entries()) {
      const after = first + (changed[index]?.length ?? 0)
      const its = found.filter(({ document }) => document >= first && document < after)
      t.true(its.length > 0, `rule ${rule.id} does not find ${JSON.stringify(mutation)}`)
      for (const { validation } of its) silent.delete(`${rule.id} ${validation}`)
      first = after
    }
  }
  t.deepEqual([...silent], [...onlyInExamples])
})

/** Validations about what is not rendered, and so cannot be broken: their examples fire them. */
const onlyInExamples: readonly string[] = [
  // Users and their keys; functions that others may call; access lists and websites of buckets.
  'iam-least-privilege 3',
  'nothing-public 6',
  'nothing-public 7',
]

/** What may see a change of a resource: what it refers to, and what refers to it. */
const neighbours = new Map<string, readonly string[]>(
  views.map(({ text }) => {
    const { metadata, graph }: CloudView = JSON.parse(text)
    const all = [...graph.references, ...graph.referrers].map(nameOf)
    return [`${metadata.namespace}/${metadata.name}`, all] as const
  }),
)

function nameOf({ stack, name }: { readonly stack: string; readonly name: string }): string {
  return `${stack}/${name}`
}

/** Views of what sees the mutation of one resource, after it. */
function broken(mutation: Mutation): readonly Document[] {
  const { on, where, change } = mutation
  const from = resources.findIndex(
    (one) =>
      kindOf(one) === on &&
      (where?.namespace ?? one.stack) === one.stack &&
      (where?.name ?? one.name) === one.name &&
      (change === 'delete' || canChange(one, mutation)),
  )
  const one = resources[from]
  if (!one) throw new RangeError(`nothing rendered can be broken as ${JSON.stringify(mutation)} says`)
  const changed = change === 'delete' ? [] : [changedBy(one, mutation)]
  const near = new Set<string>([
    nameOf(one),
    `${one.stack}/${one.stack}`,
    ...(neighbours.get(nameOf(one)) ?? []),
  ])
  return cloudViews(
    resources.toSpliced(from, 1, ...changed),
    (other) => near.has(nameOf(other)) || (one.kind === 'Provider' && other.stack === one.stack),
  )
}

/** Of resources of a kind not every one has what a mutation changes. */
function canChange(one: CloudResource, mutation: Mutation): boolean {
  try {
    changedBy(one, mutation)
    return true
  } catch {
    return false
  }
}

function changedBy(one: CloudResource, { change }: Mutation): CloudResource {
  if (change === 'delete') return one
  const { options, spec } = one
  return { ...one, ...mutated({ options, spec }, change) }
}

function kindOf({ apiVersion, kind }: CloudResource): string {
  const { group } = splitKind(apiVersion)
  return `${group}/${kind}`
}

function inWords({ rule, kind, namespace, name, message }: Finding): string {
  return `${rule}: ${kind} ${namespace}/${name}: ${message}`
}
