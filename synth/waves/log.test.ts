import test from 'ava'
import { testClone } from './clone.testing.ts'
import { openRepository } from './git.ts'
import { logOf, logTag, movedAt } from './log.ts'

test('a move is logged by a tag that says when, and is read back the newest first', (t) => {
  const clone = testClone(t)
  const [second = '', first = ''] = clone.git('log', '--format=%H').split('\n')
  const times = ['2026-11-23T17:46:00.000Z', '2026-11-23T17:46:00.250Z', '2026-12-01T00:00:00.000Z'].map(
    (time) => new Date(time),
  )
  t.is(logTag('early', times[0] ?? new Date()), 'was/early/20261123T174600.000Z')
  const shas = [first, second, first]
  for (const index of [2, 0, 1]) {
    clone.git('tag', logTag('early', times[index] ?? new Date()), shas[index] ?? '')
  }
  // Another wave's, another form of name, and by hand: an annotated one, to the second.
  clone.git('tag', logTag('broad', new Date()), second)
  clone.git('tag', 'was/early/yesterday', second)
  clone.git('tag', '--annotate', '--message', 'by hand', 'was/early/20250101T000000Z', second)
  const repository = openRepository(clone.folder, { fetch: false })
  t.deepEqual(
    logOf(repository, 'early').map(({ at, sha }) => [at.toISOString(), sha]),
    [
      [times[2]?.toISOString() ?? '', first],
      [times[1]?.toISOString() ?? '', second],
      [times[0]?.toISOString() ?? '', first],
      ['2025-01-01T00:00:00.000Z', second],
    ],
  )
  t.deepEqual(movedAt(repository, 'early', first), times[2])
  // The last move went elsewhere: since when it is where it is, nobody wrote down.
  t.is(movedAt(repository, 'early', second), undefined)
  t.is(movedAt(repository, 'canary', first), undefined)
})
