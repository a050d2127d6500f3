import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { SynthError } from './errors.ts'
import type { RenderedFile } from './render.ts'
import { openTreeIndex } from './tree-index.ts'
import { listFiles, writeTree } from './write.ts'

const before: readonly RenderedFile[] = [
  { path: 'apps/router/small/service-router.yaml', content: 'kind: Service\n' },
  { path: 'apps/router/small/deployment-router.yaml', content: 'kind: Deployment\n' },
  { path: 'clusters/fra1/apps/applications.yaml', content: 'kind: Application\n' },
  { path: 'fleet.json', content: '{}\n' },
]
const after: readonly RenderedFile[] = [
  { path: 'apps/router/small/service-router.yaml', content: 'kind: Service\n' },
  { path: 'apps/router/small/deployment-router.yaml', content: 'kind: StatefulSet\n' },
  { path: 'apps/cache/one/service-cache.yaml', content: 'kind: Service\n' },
  { path: 'fleet.json', content: '{}\n' },
]

test('the folder holds exactly the files: changed ones are rewritten, stale ones and their folders are gone', async (t) => {
  const out = temporaryFolder(t)
  t.like(await write(out, before), { files: 4, written: 4, pruned: 0 })
  const kept = statSync(join(out, 'apps/router/small/service-router.yaml'))
  t.like(await write(out, after), { files: 4, written: 2, pruned: 1 })
  t.deepEqual(treeOf(out), treeFrom(after))
  t.false(existsSync(join(out, 'clusters')))
  const same = statSync(join(out, 'apps/router/small/service-router.yaml'))
  t.deepEqual([same.ino, same.mtimeMs], [kept.ino, kept.mtimeMs])
  t.false(existsSync(`${out}.staging`))
})

test('a file that somebody edited or added by hand is put right, with the index of the last run too', async (t) => {
  const out = temporaryFolder(t)
  const index = openTreeIndex(undefined)
  await writeTree(out, before, { index })
  t.like(await writeTree(out, before, { index }), { written: 0, pruned: 0 })
  writeFileSync(join(out, 'fleet.json'), '{"edited":true}\n')
  writeFileSync(join(out, 'apps/router/note.txt'), 'mine')
  t.like(await writeTree(out, before, { index }), { written: 1, pruned: 1 })
  t.deepEqual(treeOf(out), treeFrom(before))
})

test('an error while rendering leaves the old tree as it was, and nothing beside it', async (t) => {
  const out = temporaryFolder(t)
  await write(out, before)
  function* failing() {
    yield { path: 'fleet.json', content: 'changed' }
    throw new SynthError('apps/router/app.ts', 'is wrong', 'mend it')
  }
  await t.throwsAsync(write(out, failing()), { instanceOf: SynthError })
  t.deepEqual(treeOf(out), treeFrom(before))
  t.false(existsSync(`${out}.staging`))
})

test('two files with one path are refused', async (t) => {
  const out = temporaryFolder(t)
  const twice = [...before, { path: 'fleet.json', content: 'other' }]
  await t.throwsAsync(write(out, twice), {
    instanceOf: SynthError,
    message: /fleet\.json: is rendered twice/,
  })
  t.deepEqual(treeOf(out), {})
})

test('a run that is killed while it writes leaves the old tree; the next run cleans up and writes', async (t) => {
  const out = temporaryFolder(t)
  await write(out, before)
  const child = childThatWrites(
    out,
    `
    function* slow() {
      for (let i = 0; ; i++) {
        yield { path: 'new/' + i + '.yaml', content: 'x'.repeat(10000) }
        if (i === 200) console.log('ready')
      }
    }
    await writeTree(out, slow(), { index })`,
  )
  await once(child.stdout ?? child, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  t.true(listFiles(`${out}.staging`).length > 200)
  t.deepEqual(treeOf(out), treeFrom(before))
  t.like(await write(out, after), { written: 2, pruned: 1 })
  t.deepEqual(treeOf(out), treeFrom(after))
  t.false(existsSync(`${out}.staging`))
})

test('a run that is killed while it moves files into place is completed by the next run', async (t) => {
  const out = temporaryFolder(t)
  await write(out, before)
  // As a run leaves it that was killed after the first of its two moves.
  const staging = `${out}.staging`
  mkdirSync(join(staging, 'files'), { recursive: true })
  writeFileSync(join(staging, 'files/1'), 'kind: Service\n')
  writeFileSync(join(out, 'apps/router/small/deployment-router.yaml'), 'kind: StatefulSet\n')
  const journal = {
    move: ['apps/router/small/deployment-router.yaml', 'apps/cache/one/service-cache.yaml'],
    remove: ['clusters/fra1/apps/applications.yaml'],
  }
  writeFileSync(join(staging, 'journal.json'), JSON.stringify(journal))
  writeFileSync(join(staging, 'owner'), String(await deadProcess()))
  t.like(await write(out, after), { written: 0, pruned: 0 })
  t.deepEqual(treeOf(out), treeFrom(after))
})

test('of two runs at once one waits and says so; the tree is never a mixture', async (t) => {
  const out = temporaryFolder(t)
  const slow = childThatWrites(
    out,
    `
    function* slow() {
      yield { path: 'a.yaml', content: 'slow' }
      console.log('ready')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700)
      yield { path: 'b.yaml', content: 'slow' }
    }
    await writeTree(out, slow(), { index })`,
  )
  await once(slow.stdout ?? slow, 'data')
  const finished = once(slow, 'exit')
  const said: string[] = []
  await writeTree(out, [{ path: 'a.yaml', content: 'second' }], {
    index: openTreeIndex(undefined),
    onWait: (message) => said.push(message),
  })
  const [code] = await finished
  t.is(code, 0)
  t.regex(said.join(), new RegExp(`another run \\(process ${slow.pid}\\) is writing .*; waiting for it`))
  t.deepEqual(treeOf(out), { 'a.yaml': 'second' })
})

const smallDisk = canMount()
;(smallDisk ? test : test.skip)('on a full disk the old tree stands, and the error says so', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'disk-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  const script = script24(
    join(dir, 'out'),
    `
    await writeTree(out, [{ path: 'a.yaml', content: 'old' }], { index })
    const big = Array.from({ length: 200 }, (_, i) => ({ path: i + '.yaml', content: 'x'.repeat(4096) }))
    const message = await writeTree(out, big, { index }).then(() => 'written', (error) => error.message)
    const { readdirSync, readFileSync } = await import('node:fs')
    console.log(JSON.stringify([message, readdirSync(out), readFileSync(out + '/a.yaml', 'utf8'), readdirSync(out + '/..')]))`,
  )
  const mounted = `mount -t tmpfs -o size=256k tmpfs "$1" && exec "$2" --input-type=module-typescript -e "$3"`
  const run = spawnSync('unshare', ['-rm', 'sh', '-ec', mounted, 'sh', dir, process.execPath, script], {
    encoding: 'utf8',
  })
  const [message, files, content, beside] = JSON.parse(run.stdout)
  t.regex(message, /out: cannot be written: the disk is full\n.*nothing was changed/)
  t.deepEqual([files, content, beside], [['a.yaml'], 'old', ['out']])
})

test('a folder that cannot be made is an error with its reason', async (t) => {
  const out = temporaryFolder(t)
  writeFileSync(out, 'a file, not a folder')
  await t.throwsAsync(write(join(out, 'deeper'), before), {
    message: /deeper: cannot be written: a file is in its way/,
  })
  t.is(readFileSync(out, 'utf8'), 'a file, not a folder')
})

function write(out: string, files: Iterable<RenderedFile>) {
  return writeTree(out, files, { index: openTreeIndex(undefined) })
}

function temporaryFolder(t: ExecutionContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'tree-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'out')
}

function treeFrom(files: readonly RenderedFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ path, content }) => [path, content]))
}

function treeOf(dir: string): Record<string, string> {
  return Object.fromEntries(listFiles(dir).map((path) => [path, readFileSync(join(dir, path), 'utf8')]))
}

function script24(out: string, body: string): string {
  return `import { writeTree } from ${JSON.stringify(join(import.meta.dirname, 'write.ts'))}
    import { openTreeIndex } from ${JSON.stringify(join(import.meta.dirname, 'tree-index.ts'))}
    const out = ${JSON.stringify(out)}
    const index = openTreeIndex(undefined)
    ${body}`
}

function childThatWrites(out: string, body: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module-typescript', '-e', script24(out, body)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function deadProcess(): Promise<number> {
  const child = spawn('true')
  await once(child, 'exit')
  await sleep(10)
  return child.pid ?? 0
}

function canMount(): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'mount-'))
  const run = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', dir])
  const left = readdirSync(dir)
  rmSync(dir, { recursive: true })
  return run.status === 0 && left.length === 0
}
