import { join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { evaluate } from '../policies/evaluate.ts'
import { fleetRules } from '../policies/fleet-rules.ts'
import { splitKind } from '../policies/kinds.ts'
import { mutated } from '../policies/mutate.ts'
import type { Mutation } from '../policies/rule.ts'
import type { Document } from './documents.ts'
import { root } from './sources.ts'
import { treeOf } from './views/tree.ts'
import {
  changedViews,
  fleet,
  rendered,
  sample,
  sampleFiles,
  sampleViews,
  Thing,
  textOf,
  View,
} from './views.testing.ts'
import { viewsOf } from './views.ts'

const binary = join(root, '.cache/bin/policy-evaluator')

test('the whole fleet, as it is rendered now, keeps every fleet rule', async (t) => {
  const views = viewsOf(treeOf(rendered(fleet)), fleet)
  const findings = await evaluate(fleetRules, views, { binary })
  t.deepEqual(
    findings.filter(({ severity }) => severity === 'error'),
    [],
  )
  t.deepEqual(
    [...new Set(findings.map(({ rule }) => rule))],
    ['image-verifier'],
    'what is known to be absent is said, and nothing else',
  )
  const kinds = new Set(views.map(({ text }) => View.parse(JSON.parse(text)).kind))
  for (const rule of fleetRules) {
    t.true(
      rule.match.kinds.some((kind) => kinds.has(splitKind(kind).kind)),
      `${rule.id} matches nothing`,
    )
  }
})

test('every breach of a fleet rule, in what is rendered or in the facts, is found', async (t) => {
  const before = new Set(sampleViews.map(({ text }) => text))
  const breaches = fleetRules.flatMap((rule) => rule.mutations.map((mutation) => ({ rule, mutation })))
  const changed = breaches.map(({ mutation }) => broken(mutation).filter(({ text }) => !before.has(text)))
  const findings = await evaluate(fleetRules, changed.flat(), { binary })
  let first = 0
  for (const [index, { rule, mutation }] of breaches.entries()) {
    const after = first + (changed[index]?.length ?? 0)
    const found = findings.filter(
      (finding) => finding.rule === rule.id && finding.document >= first && finding.document < after,
    )
    t.true(
      found.some(({ error }) => !error),
      `rule ${rule.id} does not find ${JSON.stringify(mutation)}`,
    )
    first = after
  }
})

const brokenTexts: readonly [rule: string, path: string, from: string, to: string][] = [
  ['node-hardened', 'nodes/server-ha-gpu/config.yaml', 'anonymous-auth=false', 'anonymous-auth=true'],
  ['node-hardened', 'nodes/server-ha-gpu/kubelet.yaml', 'readOnlyPort: 0', 'readOnlyPort: 10255'],
  ['node-hardened', 'nodes/server-ha-gpu/sysctl.conf', 'kernel.panic=10', 'kernel.panic=0'],
  ['node-hardened', 'nodes/server-ha-gpu/admission.yaml', 'enforce: restricted', 'enforce: privileged'],
  ['node-audited', 'nodes/server-ha-gpu/audit.yaml', 'level: Metadata', 'level: None'],
  [
    'node-data-encrypted',
    'nodes/server-ha-gpu/config.yaml',
    'secrets-encryption: true',
    'secrets-encryption: false',
  ],
  ['node-data-encrypted', 'nodes/server-ha-gpu/disk/meridian-disk', 'aes-xts-plain64', 'aes-cbc-plain'],
  ['node-data-encrypted', 'nodes/server-ha-gpu/install.sh', '\n/usr/local/sbin/meridian-disk\n', '\n'],
  ['nodes-born-closed', 'clusters/fra1/node/fra1-b.yaml', 'ssh_pwauth: false', 'ssh_pwauth: true'],
  ['cluster-complete', 'clusters/fra1/node/fra1-b.yaml', "VARIANT='server-ha-gpu'", "VARIANT='server'"],
  ['cluster-follows-its-wave', 'clusters/fra1/node/fra1-b.yaml', '"wave/early"', '"main"'],
  [
    'cluster-follows-its-wave',
    'clusters/fra1/node/fra1-b.yaml',
    'rendered/clusters/fra1/',
    'rendered/clusters/ams1/',
  ],
  ['waf-before-every-route', 'apps/gateway/large/configmap-gateway-config.yaml', '"block"', '"detect"'],
  ['route-answered', 'apps/router/large/configmap-router-config.yaml', '"accounts": {', '"others": {'],
  [
    'tls-13-only',
    'apps/observability/large/configmap-otel-collector-config.yaml',
    '"client_ca_file"',
    '"ca_file"',
  ],
  ['encrypted-upstreams', 'apps/router/large/configmap-router-config.yaml', 'rediss://', 'redis://'],
  ['redis-guarded', 'apps/cache/large/configmap-cache-config.yaml', 'tls-cluster yes', 'tls-cluster no'],
  [
    'audit-log-shipped',
    'apps/observability/large/configmap-log-agent-config.node-agents.yaml',
    '"audit"\n',
    '"none"\n',
  ],
]
for (const [rule, path, from, to] of brokenTexts) {
  test(`${rule} sees ${JSON.stringify(to)} in ${path}`, async (t) => {
    const text = textOf(path)
    const changed = text.replaceAll(from, to)
    t.not(changed, text)
    t.true(await finds(rule, changedViews(path, changed)))
  })
}

test('what is wrong in the facts alone is seen', async (t) => {
  const [line, ...lines] = fleet.budget.lines
  t.truthy(line)
  const dearer = line ? [{ ...line, allocationUsdPerMonth: line.allocationUsdPerMonth + 1 }, ...lines] : []
  const over = { ...sample, budget: { ...fleet.budget, lines: dearer } }
  t.true(await finds('budget-within-plan', viewsOf(treeOf(sampleFiles), over)))
  const short = { ...sample, platform: { ...fleet.platform, logs: { retentionDays: 364 } } }
  t.true(await finds('logs-kept-a-year', viewsOf(treeOf(sampleFiles), short)))
  const moved = { ...sample, clusters: sample.clusters.map((cluster) => ({ ...cluster, wave: 'canary' })) }
  t.true(await finds('cluster-follows-its-wave', viewsOf(treeOf(sampleFiles), moved)))
})

test('every fleet rule says how to break what is rendered; what is already absent cannot be broken', (t) => {
  t.deepEqual(
    fleetRules.filter(({ mutations }) => mutations.length === 0).map(({ id }) => id),
    ['image-verifier'],
  )
})

async function finds(id: string, views: readonly Document[]): Promise<boolean> {
  const found = await evaluate(
    fleetRules.filter((rule) => rule.id === id),
    views,
    { binary },
  )
  return found.some(({ error }) => !error)
}

/** The views after the mutation: of the view itself, or of the tree with the object broken. */
function broken(mutation: Mutation): readonly Document[] {
  const { group, kind } = splitKind(mutation.on)
  if (group === 'fleet.meridian') {
    const { text, files } =
      sampleViews.find(({ text }) => isMeant(JSON.parse(text), mutation)) ?? nothing(mutation)
    if (mutation.change === 'delete')
      throw new RangeError(`a view is not deleted: ${JSON.stringify(mutation)}`)
    return [{ text: JSON.stringify(mutated(JSON.parse(text), mutation.change)), files }]
  }
  for (const path of [...sampleFiles.keys()].filter((each) => /^(apps|clusters)\/.*\.yaml$/.test(each))) {
    const parts = textOf(path).split(/^---\n/m)
    const index = parts.findIndex(
      (part) => part.includes(`kind: ${kind}\n`) && isMeant(parse(part), mutation),
    )
    if (index < 0) continue
    const object = Thing.parse(parse(parts[index] ?? ''))
    const changed =
      mutation.change === 'delete' ? [] : [`${JSON.stringify(mutated(object, mutation.change))}\n`]
    const text = parts.toSpliced(index, 1, ...changed).join('---\n')
    return changedViews(path, text)
  }
  return nothing(mutation)
}

function isMeant(object: unknown, { on, where }: Mutation): boolean {
  const wanted = splitKind(on)
  const parsed = Thing.safeParse(object)
  if (!parsed.success) return false
  const { apiVersion, kind, metadata } = parsed.data
  const group = apiVersion.includes('/') ? splitKind(apiVersion).group : ''
  return (
    kind === wanted.kind &&
    group === wanted.group &&
    (where?.name ?? metadata.name) === metadata.name &&
    (where?.namespace ?? metadata.namespace) === metadata.namespace
  )
}

function nothing(mutation: Mutation): never {
  throw new RangeError(`nothing rendered can be broken as ${JSON.stringify(mutation)} says`)
}
