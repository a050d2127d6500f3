import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import test from 'ava'
import { jsonSchemas } from './schemas.ts'

const root = dirname(import.meta.dirname)
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const schemas = jsonSchemas()
const sources = '{clusters/**/*.yaml,apps/*/release.yaml,policies/*.yaml}'

for (const [path, text] of schemas) {
  test(`${path} is what the zod schema gives (npm run schemas writes it)`, (t) => {
    t.is(read(path), text)
  })
}

test('no JSON schema is left of a kind of file that is gone', (t) => {
  t.deepEqual(globSync('clusters/schemas/*', { cwd: root }).toSorted(), [...factsSchemas()].toSorted())
})

test("the first line of every facts file names its kind's schema", (t) => {
  const files = globSync(sources, { cwd: root })
  t.true(files.length > 40)
  const wrong = files.filter((file) => read(file).split('\n', 1)[0] !== firstLine(file))
  t.deepEqual(wrong, [])
})

test('every schema is the schema of some file', (t) => {
  const files = globSync(sources, { cwd: root })
  t.deepEqual([...new Set(files.map(schemaOf))].toSorted(), [...schemas.keys()].toSorted())
})

test('a key with a default may be left out, an unknown key is refused', (t) => {
  const release = JSON.parse(schemas.get('apps/_lib/release.schema.json') ?? '')
  t.is(release.required, undefined)
  t.false(release.additionalProperties)
})

function* factsSchemas(): Generator<string> {
  for (const path of schemas.keys()) if (path.startsWith('clusters/')) yield path
}

function firstLine(file: string): string {
  return `# yaml-language-server: $schema=${relative(dirname(file), schemaOf(file))}`
}

/** Which schema a file must name: its folder's for files of a kind, its own name's for single ones. */
function schemaOf(file: string): string {
  if (file.startsWith('apps/')) return 'apps/_lib/release.schema.json'
  if (file.startsWith('policies/')) return file.replace('.yaml', '.schema.json')
  const [, first = '', second] = file.split('/')
  const kind = second === undefined ? first.replace('.yaml', '') : first === 'fleet' ? 'cluster' : first
  return `clusters/schemas/${kind}.json`
}
