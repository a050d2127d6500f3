import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { dependenciesInstalled } from './setup/dependencies.mjs'
import { hashOf } from './setup/inputs.mjs'
import { checkGo, checkNode } from './setup/requirements.mjs'

const root = dirname(import.meta.dirname)

/** A checkout with the tools alone, on a machine whose programs are these shell scripts. */
function machine(programs: Record<string, string>) {
  const checkout = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  cpSync(join(root, 'tools'), join(checkout, 'tools'), { recursive: true })
  writeFileSync(join(checkout, 'package-lock.json'), '{ "packages": {} }')
  mkdirSync(join(checkout, 'bin'))
  for (const [name, script] of Object.entries(programs)) {
    writeProgram(join(checkout, 'bin', name), script)
  }
  const command = [join(checkout, 'tools/setup.mjs')]
  const options = { env: { PATH: join(checkout, 'bin') }, encoding: 'utf8' } as const
  return {
    checkout,
    setUp: () => spawnSync(process.execPath, command, options),
    start: () => spawn(process.execPath, command, { ...options, stdio: ['ignore', 'ignore', 'pipe'] }),
  }
}
/**
 * Writes an executable script. Another process does it: a file that this one has open for writing could leak
 * into a program that another test starts just then, and nobody may run it as long as that holds it (ETXTBSY).
 */
function writeProgram(path: string, script: string) {
  const write = 'printf "#!/bin/sh\\n%s\\n" "$1" > "$0" && chmod +x "$0"'
  spawnSync('/bin/sh', ['-c', write, path, script])
}

const modern = { go: 'echo go version go1.26.8 linux/amd64', git: 'echo git version 2.47' }

test('a set-up with nothing to do says nothing', (t) => {
  const again = () => spawnSync(process.execPath, [join(root, 'tools/setup.mjs')], { encoding: 'utf8' })
  t.is(again().status, 0)
  const { status, stdout, stderr } = again()
  t.deepEqual([status, stdout, stderr], [0, '', ''])
})

test('a machine without Go or git is told what to install', (t) => {
  for (const [missing, words] of [
    ['go', /go is missing.*\n.*Install Go 1\.26/],
    ['git', /git is missing.*\n.*apt-get install git/],
  ] as const) {
    const { status, stderr } = machine({ ...modern, [missing]: 'exit 127' }).setUp()
    t.is(status, 2)
    t.regex(stderr, words)
  }
})

test('a failing tool is shown with its last words, the step and the mend', (t) => {
  const npm =
    'i=0; while [ $i -lt 99 ]; do i=$((i+1)); echo noise $i; done; echo E404 no such package >&2; exit 1'
  const { status, stderr } = machine({ ...modern, npm }).setUp()
  t.is(status, 2)
  t.regex(stderr, /E404 no such package/)
  t.notRegex(stderr, /noise 1\n/)
  t.regex(stderr, /✗ set-up of dependencies: npm ci .* failed\n {2}.*registry/)
})

test('a set-up that was interrupted installs again, and its lock does not stay', async (t) => {
  const { checkout, start } = machine({ ...modern, npm: 'exec /bin/sleep 60' })
  const child = start()
  const mark = join(checkout, '.cache/setup/npm-ci-unfinished')
  while (!existsSync(mark)) await new Promise((resolve) => setTimeout(resolve, 20))
  t.true(existsSync(join(checkout, '.cache/setup/lock')))
  const ended = new Promise((resolve) => child.on('close', resolve))
  child.kill('SIGTERM')
  t.is(await ended, 130)
  t.false(existsSync(join(checkout, '.cache/setup/lock')))
  t.true(existsSync(mark))
})

test('of two set-ups at once the second one waits and says for whom', async (t) => {
  const npm = 'echo go > npm-ran; while [ ! -e npm-may-end ]; do /bin/sleep 0.05; done; exit 1'
  const { checkout, start } = machine({ ...modern, npm })
  const first = start()
  while (!existsSync(join(checkout, 'npm-ran'))) await new Promise((resolve) => setTimeout(resolve, 20))
  const second = start()
  const waits = await new Promise<string>((resolve) =>
    second.stderr.once('data', (chunk) => resolve(String(chunk))),
  )
  t.is(waits, `… waiting for another set-up (process ${first.pid})\n`)
  const ended = Promise.all(
    [first, second].map((child) => new Promise((resolve) => child.on('close', resolve))),
  )
  writeFileSync(join(checkout, 'npm-may-end'), '')
  t.deepEqual(await ended, [2, 2])
})

test('a lock whose owner is gone is passed over', (t) => {
  const { checkout, setUp } = machine({ ...modern, npm: 'exit 1' })
  const gone = spawnSync('true').pid
  mkdirSync(join(checkout, '.cache/setup'), { recursive: true })
  writeFileSync(join(checkout, '.cache/setup/lock'), String(gone))
  t.regex(setUp().stderr, /npm ci/)
})

test('Node and Go must be new enough, or Go able to fetch a newer one', (t) => {
  t.notThrows(() => checkNode('20.0.0'))
  t.throws(() => checkNode('18.20.1'), { message: 'Node 18.20.1 is too old' })
  const go = (version: string, toolchain: string) => () =>
    checkGo(`go version go${version} linux/amd64`, () => toolchain)
  t.notThrows(go('1.26.0', 'local'))
  t.notThrows(go('2.0', 'local'))
  t.notThrows(go('1.24.3', 'auto'))
  t.notThrows(go('1.25rc1', 'local+auto'))
  t.throws(go('1.24.3', 'local'), { message: 'Go 1.24 is too old' })
  t.throws(go('1.9', 'auto'), { message: 'Go 1.9 is too old' })
})

test("dependencies are installed when npm's record agrees with the lock file, whatever is for other platforms", (t) => {
  const checkout = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  mkdirSync(join(checkout, 'node_modules/.bin'), { recursive: true })
  mkdirSync(join(checkout, '.cache/setup'), { recursive: true })
  const zod = { version: '4.6.7', integrity: 'sha512-a' }
  const write = (lock: object, installed: object) => {
    writeFileSync(join(checkout, 'package-lock.json'), JSON.stringify({ packages: lock }))
    writeFileSync(join(checkout, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }))
  }
  const lock = { '': {}, 'node_modules/zod': zod, 'node_modules/for-windows': { ...zod, optional: true } }
  write(lock, { 'node_modules/zod': zod })
  t.false(dependenciesInstalled(checkout), 'without Node in node_modules/.bin')
  writeFileSync(join(checkout, 'node_modules/.bin/node'), '')
  t.true(dependenciesInstalled(checkout))
  writeFileSync(join(checkout, '.cache/setup/npm-ci-unfinished'), '')
  t.false(dependenciesInstalled(checkout), 'after an npm ci that did not end')
  rmSync(join(checkout, '.cache/setup/npm-ci-unfinished'))
  write(lock, { 'node_modules/zod': { ...zod, version: '4.6.6' } })
  t.false(dependenciesInstalled(checkout), 'with another version')
  write(lock, {})
  t.false(dependenciesInstalled(checkout), 'with a package missing')
  write(lock, { 'node_modules/zod': zod, 'node_modules/old': zod })
  t.false(dependenciesInstalled(checkout), 'with a package too many')
})

test('the hash of inputs follows names and content, in folders too', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  const hashes = ['nothing', 'one', 'two'].map((content) => {
    writeFileSync(join(folder, 'a/b/c'), content)
    return hashOf(folder, ['a', 'absent'])
  })
  writeFileSync(join(folder, 'a/b/d'), '')
  hashes.push(hashOf(folder, ['a', 'absent']), hashOf(folder, ['absent']))
  t.is(new Set(hashes).size, 5)
})
