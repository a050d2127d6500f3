import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { PlatformError } from '../stack.ts'
import { readRequests } from './clients.ts'

const request = `-----BEGIN CERTIFICATE REQUEST-----
MIHVMH4CAQAwHDEaMBgGA1UEAwwRYmlsbGluZw==
-----END CERTIFICATE REQUEST-----`

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'clients-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

test('each request is a client of the name of its file', (t) => {
  const folder = folderOf({ 'billing.csr': `${request}\n`, 'README.md': 'How to ask.' })
  t.deepEqual(readRequests(folder), [{ client: 'billing', csr: request }])
})

test('what is no request is refused, a key above all', (t) => {
  const key = request.replaceAll('CERTIFICATE REQUEST', 'PRIVATE KEY')
  for (const content of ['', key, `${request}\n${request}`]) {
    const folder = folderOf({ 'billing.csr': content })
    const error = t.throws(() => readRequests(folder), { instanceOf: PlatformError })
    t.regex(
      error?.message ?? '',
      /^platform\/cloudflare\/clients\/billing\.csr: it holds no certificate request/,
    )
  }
})
