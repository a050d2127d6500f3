import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readCloudDocuments, readDocuments } from './documents.ts'

test('a text that several files hold is one document with all of them', (t) => {
  const dir = tree(t, {
    'apps/a/small/service-a.yaml': 'kind: Service\n',
    'apps/a/large/service-a.yaml': 'kind: Service\n',
    'apps/a/large/all.yaml': 'kind: Deployment\n---\nkind: Service\n',
  })
  t.deepEqual(readDocuments(dir), [
    { text: 'kind: Deployment\n', files: ['apps/a/large/all.yaml'] },
    {
      text: 'kind: Service\n',
      files: ['apps/a/large/all.yaml', 'apps/a/large/service-a.yaml', 'apps/a/small/service-a.yaml'],
    },
  ])
})

test("what clusters have of their own is one document where only the cluster's name differs", (t) => {
  const dir = tree(t, {
    'clusters/fra1/identity/identity.yaml': 'name: fra1\nhost: fra1.meridian\n---\ncity: Frankfurt\n',
    'clusters/fra2/identity/identity.yaml': 'name: fra2\nhost: fra2.meridian\n---\ncity: Frankfurt\n',
  })
  const files = ['clusters/fra1/identity/identity.yaml', 'clusters/fra2/identity/identity.yaml']
  t.deepEqual(readDocuments(dir), [
    { text: 'name: fra1\nhost: fra1.meridian\n', files },
    { text: 'city: Frankfurt\n', files },
  ])
})

test('documents that differ in anything else stay apart', (t) => {
  const different = {
    // Another cluster's name is not its own.
    'clusters/fra1/apps/a.yaml': 'name: fra1\n',
    'clusters/fra2/apps/a.yaml': 'name: fra1\n',
    // A name that is part of a word is no name.
    'clusters/ap1/apps/a.yaml': 'kind: Map1\n',
    'clusters/bp1/apps/a.yaml': 'kind: Mbp1\n',
    // What a longer name breaks, a shorter one may not hide.
    'clusters/fra100/apps/a.yaml': 'name: fra100\n',
    // Nothing outside clusters/ is anybody's own.
    'apps/fra1/small/a.yaml': 'folder: fra1\n',
    'apps/fra2/small/a.yaml': 'folder: fra2\n',
  }
  t.deepEqual(
    readDocuments(tree(t, different)).map(({ files }) => files.join(' ')),
    Object.keys(different).toSorted(),
  )
})

test('values, files of nodes and the cloud are no objects; the cloud is read apart', (t) => {
  const dir = tree(t, {
    'apps/a/small/values.yaml': 'a: 1\n',
    'clusters/fra1/node/fra1-a.yaml': 'a: 2\n',
    'nodes/server/config.yaml': 'a: 3\n',
    'nodes/server/audit.yaml': 'kind: Policy\n',
    'nodes/server/install.sh': 'true\n',
    'cloud/aws.yaml': 'kind: Bucket\n---\nkind: Table\n',
  })
  t.deepEqual(readDocuments(dir), [{ text: 'kind: Policy\n', files: ['nodes/server/audit.yaml'] }])
  t.deepEqual(
    readCloudDocuments(dir).map(({ text }) => text),
    ['kind: Bucket\n', 'kind: Table\n'],
  )
  t.deepEqual(readCloudDocuments(tree(t, {})), [])
})

function tree(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'meridian-documents-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return dir
}
