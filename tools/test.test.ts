import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import test from 'ava'
import { tapReader } from './test/tap.mjs'

const tap = `TAP version 13
ok 1 - fleet › a good one
not ok 2 - fleet › a bad one
  ---
    name: AssertionError
    message: |
      expected
    at: 'fleet.test.ts:7:5'
  ...
not ok 3 - fleet › a later one # TODO
ok 4 - fleet › not here # SKIP
    # said by a test
ok 5 - fleet › a title with # in it

1..5
# tests 4
# pass 2
# skip 1
# fail 2
`

test('what ava says as TAP is counted; a todo is no failure, a skipped test no success', (t) => {
  const lines: string[] = []
  const { counts, read } = tapReader((line: string) => lines.push(line))
  for (const line of tap.split('\n')) read(line)
  t.deepEqual(counts, { passed: 2, failed: 1, todo: 1, skipped: 1 })
})

test('a failed test is told whole, and nothing of TAP itself', (t) => {
  const lines: string[] = []
  const { read, failures } = tapReader((line: string) => lines.push(line.trim()))
  for (const line of tap.split('\n')) read(line)
  // To be said again at the end.
  t.deepEqual(
    failures.map((line: string) => line.trim()),
    ['✗ fleet › a bad one', 'name: AssertionError', 'message: |', 'expected', "at: 'fleet.test.ts:7:5'"],
  )
  t.deepEqual(lines, [
    '✓ fleet › a good one',
    '✗ fleet › a bad one',
    'name: AssertionError',
    'message: |',
    'expected',
    "at: 'fleet.test.ts:7:5'",
    '… fleet › a later one (todo)',
    '– fleet › not here (skipped)',
    '# said by a test',
    '✓ fleet › a title with # in it',
  ])
})

function continuousIntegration(npm: string) {
  const checkout = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  cpSync(join(dirname(import.meta.dirname), '.ci'), join(checkout, '.ci'), { recursive: true })
  mkdirSync(join(checkout, 'bin'))
  writeProgram(join(checkout, 'bin/npm'), npm)
  const env = { ...process.env, PATH: [join(checkout, 'bin'), process.env.PATH].join(delimiter) }
  const run = spawnSync('bash', [join(checkout, '.ci/run')], { env, encoding: 'utf8' })
  return { status: run.status, last: run.stdout.trimEnd().split('\n').at(-1), output: run.stdout }
}

/**
 * Writes an executable script. Another process does it: a file that this one has open for writing could leak
 * into a program that another test starts just then, and nobody may run it as long as that holds it (ETXTBSY).
 */
function writeProgram(path: string, script: string) {
  const write = 'printf "#!/bin/sh\\n%s\\n" "$1" > "$0" && chmod +x "$0"'
  spawnSync('/bin/sh', ['-c', write, path, script])
}

test('the entry of CI ends with the counts of both suites, whatever npm says after them', (t) => {
  const { status, last, output } = continuousIntegration(
    'case $2 in test) echo 5 passed, 0 failed ;; *) echo 2 passed, 1 failed; echo npm error >&2; exit 1 ;; esac',
  )
  t.is(status, 1)
  t.is(last, '7 passed, 1 failed')
  t.regex(output, /npm error/)
  t.like(continuousIntegration('echo 6 passed, 0 failed'), { status: 0, last: '12 passed, 0 failed' })
})

test('the entry of CI fails where the tests never got to counting', (t) => {
  t.like(continuousIntegration('exit 0'), { status: 1, last: '0 passed, 2 failed' })
  t.is(continuousIntegration('exit 2').status, 1)
})
