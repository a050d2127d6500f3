import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { Release } from '../apps/_lib/release.ts'
import { PinError, pinDigests, pinned, publishedIn } from './pin-digests.ts'

const root = dirname(import.meta.dirname)
const digest = (character: string) => `sha256:${character.repeat(64)}`

/** The apps' real releases, where they may be written. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  for (const file of globSync('apps/*/release.yaml', { cwd: root })) {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    cpSync(join(root, file), join(folder, file))
  }
  return folder
}

test('published images are pinned where they run, and all else stays as it is written', (t) => {
  const folder = copy()
  const published = publishedIn(`router=${digest('a')}\ninference-gpu:0.2.0=${digest('b')}\n`)
  t.deepEqual(pinDigests(folder, published), ['apps/inference/release.yaml', 'apps/router/release.yaml'])
  const read = (where: string, app: string) => readFileSync(join(where, `apps/${app}/release.yaml`), 'utf8')
  const changed = (app: string) => {
    const before = read(root, app).split('\n')
    const after = read(folder, app).split('\n')
    return after.filter((line, index) => line !== before[index])
  }
  t.is(read(folder, 'inference').split('\n').length, read(root, 'inference').split('\n').length)
  const [gpu = '', ...others] = changed('inference')
  t.is(gpu, `  inference-gpu: { repository: inference-gpu, version: 0.2.0, digest: ${digest('b')} }`)
  t.deepEqual(others, [])
  const [router = '', ...rest] = changed('router')
  t.regex(
    router,
    new RegExp(`^  router: \\{ repository: router, version: [\\w.]+, digest: ${digest('a')} \\}$`),
  )
  t.deepEqual(rest, [])
  t.notThrows(() => Release.parse(parse(read(folder, 'inference'))))
  t.deepEqual(pinDigests(folder, published), [])
})

test('an image that is written over lines is pinned, its comment stays', (t) => {
  const text = `images:\n  a:\n    repository: a # ours\n    digest: unbuilt # not yet\n    version: 1.0.0\n`
  const after = pinned(text, [{ repository: 'a', digest: digest('c'), version: '1.1.0' }], new Set())
  t.is(after, text.replace('unbuilt', digest('c')).replace('1.0.0', '1.1.0'))
})

test('an image that no app runs is refused, and nothing is written', (t) => {
  const folder = copy()
  const published = publishedIn(`router=${digest('a')}\nrouters=${digest('b')}`)
  t.throws(() => pinDigests(folder, published), {
    instanceOf: PinError,
    message: /runs routers: name it there/,
  })
  t.is(
    readFileSync(join(folder, 'apps/router/release.yaml'), 'utf8'),
    readFileSync(join(root, 'apps/router/release.yaml'), 'utf8'),
  )
})

const refused: readonly [text: string, message: RegExp][] = [
  ['', /^nothing to pin/],
  ['router', /^line 1: found router, allowed: repository\[:version\]=sha256/],
  [`router=sha256:${'a'.repeat(63)}`, /^line 1: found/],
  [`router=sha256:${'A'.repeat(64)}`, /^line 1: found/],
  [`../router=${digest('a')}`, /^line 1: found/],
  [`router=${digest('0')}`, /^line 1: the digest of router is all zeros/],
  [`router=${digest('a')}\nrouter=${digest('b')}`, /^line 2: router has a digest already/],
  [`router=${digest('0')}\nx`, /all zeros.*\nline 2: found x/],
]
for (const [text, message] of refused) {
  test(`refused: ${JSON.stringify(text.replaceAll(/([0aAb])\1{9,}/g, '$1…'))}`, (t) => {
    t.throws(() => publishedIn(text), { instanceOf: PinError, message })
  })
}
