import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { BuildError, build, engineKey } from './build.ts'
import { cacheFolder, keepNewest, link, publish } from './cache.ts'
import { downloadModules, ModuleError } from './modules.ts'
import { kubernetes } from './sources.ts'

const temporary = () => mkdtempSync(join(tmpdir(), 'meridian-test-'))

/** A Go program in a folder of its own; engines name theirs from the repository's root. */
function program(source: string) {
  const folder = temporary()
  writeFileSync(join(folder, 'go.mod'), 'module example.com/a\n\ngo 1.24\n')
  writeFileSync(join(folder, 'main.go'), source)
  const root = join(import.meta.dirname, '../..')
  const up = root
    .split('/')
    .slice(1)
    .map(() => '..')
  return { name: 'test-engine', folder: join(...up, folder), package: '.' }
}

test('an engine that does not compile is an error with what Go said, and leaves nothing behind', async (t) => {
  const cache = temporary()
  process.env.MERIDIAN_CACHE = cache
  t.teardown(() => delete process.env.MERIDIAN_CACHE)
  const error = await t.throwsAsync(build(program('package main\n\nfunc main() { nobody() }\n')), {
    instanceOf: BuildError,
  })
  t.regex(error?.message ?? '', /could not build test-engine[\s\S]*undefined: nobody/)
  t.deepEqual(readdirSync(join(cache, 'engines')), [])
})

test('the key of an engine follows its sources and its linker settings, not its tests', (t) => {
  const engine = program('package main\n\nfunc main() {}\n')
  const folder = join(import.meta.dirname, '../..', engine.folder)
  const key = engineKey(engine)
  writeFileSync(join(folder, 'main_test.go'), 'package main\n')
  t.is(engineKey(engine), key)
  t.not(engineKey({ ...engine, set: ['main.version=1'] }), key)
  writeFileSync(join(folder, 'go.sum'), '\n')
  t.not(engineKey(engine), key)
})

test('an engine without a go.mod is an error', (t) => {
  t.throws(() => engineKey({ name: 'none', folder: 'clusters', package: '.' }), { message: /has no go.mod/ })
})

test('what is published appears whole, and a failure leaves nothing', async (t) => {
  const folder = temporary()
  await publish(join(folder, 'good'), (beside) => {
    t.deepEqual(readdirSync(folder), [])
    writeFileSync(beside, 'whole')
  })
  await t.throwsAsync(
    publish(join(folder, 'bad'), (beside) => {
      writeFileSync(beside, 'ha')
      throw new Error('disk full')
    }),
    { message: 'disk full' },
  )
  t.deepEqual(readdirSync(folder), ['good'])
})

test('where two publish the same, the first one stands', async (t) => {
  const folder = join(temporary(), 'schemas')
  await publish(folder, async (beside) => {
    mkdirSync(beside)
    await publish(folder, (other) => {
      mkdirSync(other)
      writeFileSync(join(other, 'first'), '')
    })
    writeFileSync(join(beside, 'second'), '')
  })
  t.deepEqual(readdirSync(folder), ['first'])
})

test('a link replaces an older link, a dangling one, a file and a folder', (t) => {
  const folder = temporary()
  writeFileSync(join(folder, 'target'), 'new')
  symlinkSync('/nowhere', join(folder, 'dangling'))
  writeFileSync(join(folder, 'file'), 'old')
  mkdirSync(join(folder, 'folder/with'), { recursive: true })
  for (const name of ['dangling', 'file', 'folder', 'folder', 'new']) {
    link(join(folder, 'target'), join(folder, name))
    t.is(readFileSync(join(folder, name), 'utf8'), 'new', name)
  }
})

test('of what the cache holds of one kind, the ten used last stay', (t) => {
  const folder = temporary()
  const entry = (name: string, age: number) => {
    const path = join(folder, name)
    writeFileSync(path, '')
    utimesSync(path, new Date(2020, 0, 30 - age), new Date(2020, 0, 30 - age))
    return path
  }
  const oldest = entry('a-0', 29)
  for (let age = 1; age < 15; age += 1) entry(`a-${age}`, age)
  entry('b-1', 28)
  keepNewest(oldest, 'a-')
  const stay = ['a-0', ...Array.from({ length: 9 }, (_, age) => `a-${age + 1}`), 'b-1']
  t.deepEqual(readdirSync(folder).sort(), stay)
})

test('the cache is where the environment says', (t) => {
  t.is(cacheFolder({ MERIDIAN_CACHE: '/a', XDG_CACHE_HOME: '/b' }), '/a')
  t.is(cacheFolder({ XDG_CACHE_HOME: '/b' }), '/b/meridian')
  t.regex(cacheFolder({}), /\.cache\/meridian$/)
})

test('a module whose content is not what was pinned is refused', (t) => {
  t.throws(() => downloadModules([{ ...kubernetes, sum: 'h1:other' }]), {
    instanceOf: ModuleError,
    message: /has the hash h1:.*, but h1:other is pinned/,
  })
})
