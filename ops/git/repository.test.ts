import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { createRepository } from './repository.ts'

test('the repository holds the rendered files byte for byte, on main and on every wave', (t) => {
  const { repository, content } = create(t)
  for (const branch of ['main', 'wave/canary', 'wave/early']) {
    t.is(repository.read('rendered/apps/a.yaml', branch), content)
  }
})

test('a commit moves main alone, until a wave is moved', (t) => {
  const { repository, content } = create(t)
  const before = repository.commitOf('main')
  const commit = repository.commit('change', { 'rendered/apps/a.yaml': 'b\n', 'rendered/new/file': 'c' })
  t.is(repository.commitOf('main'), commit)
  t.is(repository.commitOf('wave/canary'), before)
  repository.move('wave/canary', 'main')
  t.is(repository.read('rendered/apps/a.yaml', 'wave/canary'), 'b\n')
  t.is(repository.read('rendered/apps/a.yaml', 'wave/early'), content)
})

test('a revert is a new commit with the old content, and null removes a file', (t) => {
  const { repository, content } = create(t)
  const gone = repository.commit('remove', { 'rendered/apps/a.yaml': null })
  t.throws(() => repository.read('rendered/apps/a.yaml'), { message: /git show/ })
  const back = repository.revert(gone)
  t.not(back, gone)
  t.is(repository.read('rendered/apps/a.yaml'), content)
})

function create(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const rendered = join(folder, 'rendered')
  mkdirSync(join(rendered, 'apps'), { recursive: true })
  // What git likes to change on its way: line ends, trailing space, no line end at the end.
  const content = 'kind: A\r\nname: "ü" \n\n'
  writeFileSync(join(rendered, 'apps/a.yaml'), content)
  writeFileSync(join(rendered, '.gitignore'), '*.yaml\n')
  return { repository: createRepository(join(folder, 'git'), rendered, ['canary', 'early']), content }
}
