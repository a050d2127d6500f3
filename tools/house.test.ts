import { dirname } from 'node:path'
import test from 'ava'
import { brokenRules, readTree, type Tree } from './house.ts'

const root = dirname(import.meta.dirname)

test('the house keeps its rules', (t) => {
  t.deepEqual(brokenRules(readTree(root)), [])
})

test('the rules are asked of the whole house', (t) => {
  const paths = [...readTree(root).keys()]
  for (const path of ['apps/_lib/app.ts', 'bin/meridian.ts', 'clusters/fleet/fra1.yaml', 'tools/setup.mjs']) {
    t.true(paths.includes(path), path)
  }
  t.false(paths.some((path) => path.includes('node_modules') || path.startsWith('rendered/')))
})

test('a wrong import fails with the sentence that explains it', (t) => {
  t.deepEqual(rulesOf({ 'apps/router/app.ts': "import { x } from '../../synth/write.ts'" }), [
    'apps/router/app.ts:1 imports synth/write.ts: apps/router/ may import apps/_lib, clusters (types only), ' +
      'services/router/config.ts; because an app is a pure function that the compiler calls, and can be read ' +
      'without any other app',
  ])
})

const wrongImports: readonly [path: string, text: string, fault: RegExp][] = [
  [
    'clusters/fleet.ts',
    "import { a } from '../apps/_lib/app.ts'",
    /clusters\/ may import nothing of another/,
  ],
  ['clusters/fleet.ts', "import { ApiObject } from 'cdk8s'", /imports the package cdk8s/],
  ['apps/router/app.ts', "import { a } from '../gateway/app.ts'", /imports apps\/gateway\/app.ts/],
  ['apps/router/app.ts', "import { a } from '../../clusters/schema.ts'", /for more than its types/],
  ['apps/router/app.ts', "import { a } from '../../services/gateway/config.ts'", /imports services\/gateway/],
  ['apps/router/app.ts', "import { a } from '../../services/router/server.ts'", /imports services\/router/],
  ['apps/router/app.ts', "import { a } from '../../policies/rules.ts'", /imports policies\/rules.ts/],
  ['apps/_lib/workload.ts', "import { a } from '../router/app.ts'", /imports apps\/router/],
  ['nodes/variant.ts', "import { a } from '../apps/router/app.ts'", /imports apps\/router/],
  ['policies/rule.ts', "import type { A } from '../synth/documents.ts'", /imports synth\/documents.ts/],
  ['synth/synth.ts', "import router from '../apps/router/app.ts'", /knows no single one/],
  ['synth/site.ts', "import { a } from '../services/kit/identity.ts'", /for more than its types/],
  ['synth/check.ts', "import { a } from '../ops/engines/build.ts'", /imports ops\/engines\/build.ts/],
  ['ops/site.ts', "import { a } from '../synth/synth.ts'", /rendered\/ as data/],
  ['ops/site.ts', "import { a } from '../apps/_lib/app.ts'", /imports apps\/_lib\/app.ts/],
  ['bin/meridian.ts', "import { a } from '../apps/_lib/app.ts'", /holds no logic/],
  ['platform/aws/network.ts', "import { a } from '../../apps/_lib/app.ts'", /imports apps\/_lib/],
  [
    'services/router/server.ts',
    "import { a } from '../../clusters/schema.ts'",
    /imports clusters\/schema.ts/,
  ],
  ['services/router/server.ts', "import { a } from '../gateway/config.ts'", /imports services\/gateway/],
  ['synth/synth.ts', "import { setUp } from '../tools/setup.mjs'", /imports tools\/setup.mjs/],
  ['apps/router/app.ts', "import lodash from 'lodash'", /imports the package lodash/],
  ['synth/synth.ts', "import { join } from 'path'", /without its node: in front/],
  ['ops/site.ts', 'await import(folder)', /imports a path that it computes/],
  ['synth/synth.ts', "import { fake } from './synth.testing.ts'", /which is for tests/],
  ['apps/router/app.ts', "import { render } from '../_lib/testing.ts'", /which is for tests/],
  ['extras/tool.ts', 'export const a = 1', /lies in no room/],
]
for (const [path, text, fault] of wrongImports) {
  test(`found in ${path}: ${text}`, (t) => {
    const found = rulesOf({ [path]: text })
    t.is(found.length, 1)
    t.regex(found[0] ?? '', fault)
  })
}

for (const text of [
  "export * from '../../synth/write.ts'",
  "export { a } from '../../synth/write.ts'",
  "const a = await import('../../synth/write.ts')",
  "export type A = import('../../synth/write.ts').A",
  "import {\n  a,\n} from '../../synth/write.ts'",
  "import type { A } from '../../synth/write.ts'",
]) {
  test(`an import is an import however it is written: ${text}`, (t) => {
    t.true(
      rulesOf({ 'apps/router/app.ts': `export const b = 1\n${text}` }).some((s) => /imports synth/.test(s)),
    )
  })
}

test('words in comments and texts are no imports', (t) => {
  const text = `
    // import { a } from '../../synth/write.ts'
    /** process.env, Date.now(), Math.random(), fra1 */
    export const help = "import { a } from '../../synth/write.ts'; process.env"
    export type Asks = typeof fetch
    export interface Clock { readonly since: typeof process.uptime }
    export const answer = (ask: typeof fetch) => ask
    export const shape = { process: 1, fetch: { crypto: true } }.process`
  t.deepEqual(rulesOf({ 'apps/router/app.ts': text, 'clusters/fleet/fra1.yaml': '' }), [])
})

test('what a room is granted passes', (t) => {
  const tree = {
    'apps/router/app.ts': `
      import { createHash } from 'node:crypto'
      import { z } from 'zod'
      import type { Routes } from '../../clusters/schema.ts'
      import { type Waves } from '../../clusters/schema.ts'
      import { RouterConfig } from '../../services/router/config.ts'
      import { workload } from '../_lib/workload.ts'
      import { ports } from './router-config.ts'
      export const day = new Date('2026-11-23')
      export const place = (cluster) => cluster.size`,
    'apps/policies/app.ts': "import { rules } from '../../policies/rules.ts'",
    'apps/router/app.test.ts': "import { readFileSync } from 'node:fs'\nimport test from 'ava'",
    'apps/gpu/app.test.ts': "import inference from '../inference/app.ts'\nimport '../_lib/testing.ts'",
    'nodes/testing.ts': "import { spawnSync } from 'node:child_process'",
    'synth/tree.test.ts': "import { Identity } from '../services/kit/identity.ts'",
    'nodes/variant.ts': "import { values } from '../apps/argocd/values.ts'",
    'synth/catalog.ts': 'export const load = (path) => import(path)',
    'synth/commands/synth.ts': "import { UsageError } from '../../bin/command.ts'",
  }
  t.deepEqual(rulesOf(tree), [])
})

test('a circle of files is found once, with its way round', (t) => {
  const tree = {
    'synth/a.ts': "import './b.ts'",
    'synth/b.ts': "export const c = () => import('./c.ts')",
    'synth/c.ts': "import { a } from './a.ts'",
    'synth/d.ts': "import './a.ts'",
  }
  const [circle, ...more] = rulesOf(tree)
  t.regex(circle ?? '', /^synth\/a.ts → synth\/b.ts → synth\/c.ts → synth\/a.ts is a circle/)
  t.deepEqual(more, [])
})

test('two files may name the types of each other', (t) => {
  const tree = { 'synth/a.ts': "import './b.ts'", 'synth/b.ts': "import type { A } from './a.ts'" }
  t.deepEqual(rulesOf(tree), [])
})

for (const text of [
  "export * from './a.ts'",
  "export { a } from './a.ts'",
  "import { a } from './a.ts'\nexport { a }",
  "export type { A } from './a.ts'",
]) {
  test(`a barrel is found: ${text}`, (t) => {
    t.true(rulesOf({ 'synth/all.ts': text }).some((sentence) => /only passes on/.test(sentence)))
  })
}

for (const path of ['synth/utils.ts', 'synth/index.ts', 'apps/_lib/helpers/name.ts', 'ops/types.test.ts']) {
  test(`a name that says nothing is found: ${path}`, (t) => {
    t.regex(rulesOf({ [path]: 'export const a = 1' })[0] ?? '', /says nothing/)
  })
}

const impure: readonly [text: string, fault: RegExp][] = [
  ["import { readFileSync } from 'node:fs'", /reads files/],
  ["import { randomUUID } from 'node:crypto'", /randomness/],
  ["import * as crypto from 'node:crypto'", /randomness/],
  ["import { hostname } from 'node:os'", /reads the machine/],
  ['export const now = Date.now()', /reads the clock/],
  ['export const now = new Date()', /reads the clock/],
  ['export const now = Date()', /reads the clock/],
  ["export const now = Date['now']", /reads the clock/],
  ['export const debug = process.env.DEBUG', /reads the environment/],
  ['const { env } = process', /reads the environment/],
  ['export const host = globalThis.process', /globals/],
  ['export const id = Math.random()', /randomness/],
  ['export const id = crypto.randomUUID()', /randomness/],
  ["export const facts = fetch('https://meridian.example')", /network/],
  ['export const here = import.meta.dirname', /where it lies/],
  ['export const place = (cluster) => cluster.name', /reads a cluster's name/],
  ['export const place = (cluster) => cluster?.name', /reads a cluster's name/],
  ['export default { place({ name, size }) {} }', /reads a cluster's name/],
  ['export default { place: ({ name }) => name }', /reads a cluster's name/],
  ['const { name } = cluster', /reads a cluster's name/],
  ["export const special = 'fra1.meridian'", /names the cluster fra1/],
  ['export const special = `edge-fra1`', /names the cluster fra1/],
]
for (const [text, fault] of impure) {
  test(`an app may not: ${text}`, (t) => {
    const found = rulesOf({ 'apps/router/app.ts': text, 'clusters/fleet/fra1.yaml': '' })
    t.true(
      found.some((sentence) => fault.test(sentence)),
      found.join('\n'),
    )
  })
}

test('what a node is born with depends on its arguments alone', (t) => {
  t.regex(rulesOf({ 'nodes/config.ts': 'export const home = process.env.HOME' })[0] ?? '', /the environment/)
})

test('a source that cannot be parsed says where', (t) => {
  t.throws(() => rulesOf({ 'synth/a.ts': 'const = 1' }), { message: /^synth\/a\.ts: .*1:/ })
})

function rulesOf(files: Readonly<Record<string, string>>): readonly string[] {
  const tree: Tree = new Map(Object.entries(files))
  return brokenRules(tree)
}
