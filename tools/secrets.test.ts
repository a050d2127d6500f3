import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'

const root = dirname(import.meta.dirname)

function gitleaks(...args: readonly string[]) {
  const all = [...args, '--no-banner', '--no-color', '--redact', '--verbose']
  return spawnSync(join(root, '.cache/bin/gitleaks'), all, { cwd: root, encoding: 'utf8' })
}

test('no commit holds a secret', (t) => {
  const { status, stdout } = gitleaks('git', '.')
  t.is(stdout, '')
  t.is(status, 0)
})

test('a key in a file is found, and not told', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  // Made here, so that this file holds none.
  const key = `AKIA${randomBytes(32)
    .toString('base64')
    .toUpperCase()
    .replaceAll(/[^A-Z2-7]/g, '')
    .padEnd(16, 'QZXV')
    .slice(0, 16)}`
  writeFileSync(join(folder, 'settings.yaml'), `aws_access_key_id: ${key}\n`)
  const { status, stdout } = gitleaks('dir', folder)
  t.is(status, 1)
  t.regex(stdout, /aws-access-token/)
  t.false(stdout.includes(key))
})
