import { existsSync, globSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { loadFleet } from '../clusters/fleet.ts'
import { checkLinks, linksOf } from './render/links.ts'
import { renderStack } from './render/render.ts'
import type { Graph } from './render/resource.ts'
import { PlatformError, type Stack } from './stack.ts'
import { inOrder, stackNamed, stacks } from './stacks.ts'
import { deployments, environmentOf, stagesOf } from './stages.ts'

const stack = (name: string, ...needs: readonly string[]): Stack => ({ name, program: 'x', needs, reads: [] })
const names = (list: readonly Stack[]) => list.map(({ name }) => name)
let rendered: Promise<readonly Graph[]> | undefined
const graphs = () => {
  rendered ??= render()
  return rendered
}
async function render(): Promise<readonly Graph[]> {
  const fleet = loadFleet(join(import.meta.dirname, '../clusters'))
  const all: Graph[] = []
  for (const each of stacks) all.push(await renderStack(each, fleet))
  return all
}

test('a stack comes after all that it needs', (t) => {
  for (const [index, { name, needs }] of stacks.entries()) {
    for (const needed of needs)
      t.true(names(stacks.slice(0, index)).includes(needed), `${needed} before ${name}`)
  }
  t.deepEqual(names(inOrder([stack('c', 'b', 'a'), stack('b', 'a'), stack('a')])), ['a', 'b', 'c'])
})

test('stacks that need each other in a circle are refused, and the circle is named', (t) => {
  const error = t.throws(() => inOrder([stack('a', 'b'), stack('b', 'c'), stack('c', 'b')]), {
    instanceOf: PlatformError,
  })
  t.regex(error.message, /b → c → b/)
  t.throws(() => inOrder([stack('a', 'a')]), { message: /a → a/ })
})

test('a stack that needs what is not there is refused, and hears what there is', (t) => {
  const error = t.throws(() => inOrder([stack('a', 'z'), stack('b')]), { instanceOf: PlatformError })
  t.regex(error.message, /a needs z\n.*the stacks are: a, b/)
  t.throws(() => stackNamed('aws-mars'), {
    instanceOf: PlatformError,
    message: /no stack is called aws-mars/,
  })
})

test('each stack has a program, and each program a stack', (t) => {
  const programs = new Set(stacks.map(({ program }) => program))
  for (const program of programs) {
    t.true(existsSync(join(import.meta.dirname, program, 'program.ts')), program)
  }
  const folders = globSync('**/program.ts', { cwd: import.meta.dirname }).map(dirname)
  t.deepEqual(folders.toSorted(), [...programs].toSorted())
  t.is(new Set(names(stacks)).size, stacks.length)
})

test('there is one project: a stack is a name in it', (t) => {
  t.deepEqual(globSync('**/Pulumi.yaml', { cwd: import.meta.dirname }), ['Pulumi.yaml'])
})

test('what a stack reads of another, that one gives', async (t) => {
  const all = await graphs()
  t.notThrows(() => checkLinks(all, all))
})

test('a stack needs none that it reads nothing from', async (t) => {
  const unread = (await graphs()).flatMap((graph) => {
    const read = linksOf(graph).map(({ from }) => from)
    return graph.needs.filter((name) => !read.includes(name)).map((name) => `${graph.stack} needs ${name}`)
  })
  t.deepEqual(unread, [])
})

test('an output that nobody gives is found, wherever it is read', (t) => {
  const graph = (name: string, outputs: Record<string, string>, inputs: Record<string, unknown>): Graph => ({
    stack: name,
    program: 'x',
    needs: [],
    outputs,
    resources: [{ type: 'a:b:C', name: 'one', inputs }],
  })
  const core = graph('core', { key: `\${one.arn}` }, {})
  t.notThrows(() => checkLinks([graph('app', {}, { key: `\${core.outputs.key}` })], [core]))
  const deep = graph('app', {}, { policy: [{ Resource: `arn:\${core.outputs.bucket.eu-west-1}/*` }] })
  const error = t.throws(
    () => checkLinks([deep, graph('web', { host: `\${core.outputs.host}` }, {})], [core]),
    {
      instanceOf: PlatformError,
    },
  )
  t.regex(
    error.message,
    /app reads bucket\.eu-west-1 of core, which does not give it\n {2}web reads host of core/,
  )
})

test('stages: what is needed is in a stage before', (t) => {
  const made = stagesOf(
    inOrder([stack('a'), stack('b', 'a'), stack('c', 'a'), stack('d', 'b', 'c'), stack('e')]),
  )
  t.deepEqual(made.map(names), [['a', 'e'], ['b', 'c'], ['d']])
  t.deepEqual(stagesOf(stacks).flatMap(names).toSorted(), names(stacks).toSorted())
})

test('a stack is deployed once it is initialised', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  t.deepEqual(Object.values(deployments(folder)).flat(), [])
  writeFileSync(join(folder, 'Pulumi.vault.yaml'), '')
  writeFileSync(join(folder, 'Pulumi.aws-models.yaml'), '')
  t.deepEqual(
    Object.entries(deployments(folder)).filter(([, list]) => list.length > 0),
    [
      ['stage-1', [{ stack: 'vault', environment: 'cloud-vault' }]],
      ['stage-2', [{ stack: 'aws-models', environment: 'cloud-aws' }]],
    ],
  )
  t.is(environmentOf({ name: 'aws-ap-southeast-1' }), 'cloud-aws')
})
