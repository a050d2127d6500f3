import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { stringify } from 'yaml'
import { toYamlDocuments } from '../../synth/yaml.ts'
import { countedLabel } from './apps/_lib/ten-objects.ts'
import { countOutput, objectsOfCluster, parseFolder, sameObjects } from './outputs.ts'

const object = (name: string) => ({
  kind: 'ConfigMap',
  metadata: { name, labels: { [countedLabel]: 'counted' } },
})
const [a, b] = [object('a'), object('b')]

function folder(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'outputs-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), content)
  }
  return dir
}

test('objects are counted in YAML and in JSON, in every file of every folder', (t) => {
  const dir = folder({ 'x/a.yaml': toYamlDocuments([a, b]), 'b.json': JSON.stringify({ items: [a] }) })
  const { files, objects } = countOutput(dir)
  t.deepEqual({ files, objects }, { files: 2, objects: 3 })
})

test('an empty output has no objects', (t) => {
  t.deepEqual(countOutput(folder({})), { files: 0, bytes: 0, objects: 0 })
})

test("a cluster's objects are found in files of its own, as documents or as a List", (t) => {
  const yaml = folder({ 'fra1.yaml': toYamlDocuments([a, b]), 'fra10.yaml': toYamlDocuments([a]) })
  t.deepEqual(objectsOfCluster(yaml, 'fra1'), [a, b])
  const apart = folder({ 'fra1.web.yaml': toYamlDocuments([a]), 'fra1.api.yaml': toYamlDocuments([b]) })
  t.true(sameObjects(objectsOfCluster(apart, 'fra1'), [a, b]))
  const json = folder({ 'fra1.json': JSON.stringify({ kind: 'List', items: [a, b] }) })
  t.deepEqual(objectsOfCluster(json, 'fra1'), [a, b])
})

test("a cluster's objects are found in one file for all clusters", (t) => {
  const dir = folder({ 'fleet.json': JSON.stringify({ ams1: [a], fra1: [b] }) })
  t.deepEqual(objectsOfCluster(dir, 'fra1'), [b])
})

test('the order of objects and of keys makes no difference, any value does', (t) => {
  const reordered = { metadata: { labels: a?.metadata.labels, name: 'a' }, kind: 'ConfigMap' }
  t.true(sameObjects([a, b], [b, reordered]))
  t.false(sameObjects([a, b], [a]))
  t.false(sameObjects([a, b], [a, { ...b, kind: 'Secret' }]))
})

test('a folder gives the objects of all its files', (t) => {
  const dir = folder({ 'web/small/a.yaml': stringify(a), 'web/small/b.yaml': stringify(b) })
  t.true(sameObjects(parseFolder(dir), [a, b]))
})
