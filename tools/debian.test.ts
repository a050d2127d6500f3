import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'

const programs = ['prometheus', 'promtool', 'amtool', 'redis-server', 'redis-cli']
const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version')

test('what is there already costs no apt', (t) => {
  const { folder, run } = machine(t, 'exit 1')
  for (const program of programs) script(join(folder, program), 'true')
  t.like(run(), { status: 0, stderr: '' })
  t.false(existsSync(join(folder, 'asked')))
})

;(canInstall ? test : test.skip)(
  'as root on Debian apt brings what is missing, after an update if need be',
  (t) => {
    const { folder, run } = machine(
      t,
      `case "$1" in
      update) : > "$0.updated" ;;
      install) [ -e "$0.updated" ] || { echo 'E: Unable to locate package' >&2; exit 100; }
        for program in ${programs.join(' ')}; do cp "$0" "\${0%/*}/$program"; done ;;
    esac`,
    )
    const { status, stderr } = run()
    t.is(status, 0)
    t.regex(stderr, /^… apt-get install prometheus prometheus-alertmanager redis-server\n$/)
    t.deepEqual(readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n'), [
      'install --yes --quiet --no-install-recommends prometheus prometheus-alertmanager redis-server',
      'update --yes --quiet',
      'install --yes --quiet --no-install-recommends prometheus prometheus-alertmanager redis-server',
    ])
  },
)

test('what cannot be had is said loudly, and is no crash', (t) => {
  const { run } = machine(t, "echo 'E: no network' >&2; exit 100")
  const { status, stderr } = run()
  t.is(status, 1)
  t.regex(
    stderr,
    canInstall
      ? /! apt-get install prometheus prometheus-alertmanager redis-server: E: no network\n {2}tests that need them are skipped/
      : /sudo apt-get install/,
  )
})

/** A machine whose PATH has an apt-get of this kind and nothing else. */
function machine(t: ExecutionContext, aptGet: string) {
  const folder = mkdtempSync(join(tmpdir(), 'debian-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  script(join(folder, 'apt-get'), `PATH=/usr/bin:/bin\necho "$@" >> "\${0%/*}/asked"\n${aptGet}`)
  const run = () =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'debian.mjs')], {
      encoding: 'utf8',
      env: { PATH: folder },
    })
  return { folder, run }
}

function script(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
}
