import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'ava'
import { waitFor } from './cluster/wait.ts'

const root = dirname(import.meta.dirname)
const timeoutMs = 60_000

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test.serial(`a run that ${signal} ends leaves no process and no file`, async (t) => {
    const temporary = mkdtempSync(join(tmpdir(), 'meridian-interrupted-'))
    t.teardown(() => rmSync(temporary, { recursive: true, force: true }))
    const up = spawn(process.execPath, [join(root, 'bin/meridian.ts'), 'up', '--cluster', 'mel1'], {
      cwd: root,
      env: { ...process.env, TMPDIR: temporary },
      stdio: 'ignore',
    })
    t.teardown(() => up.kill('SIGKILL'))
    const ended = once(up, 'exit')
    const engines = () => processesOf(temporary)
    await waitFor(() => engines().includes('kube-apiserver') && engines().includes('kwok'), {
      timeoutMs,
      onTimeout: () => `these run after ${timeoutMs / 1000} s: ${engines().join(' ')}`,
    })
    up.kill(signal)
    await ended
    const seconds = await waitFor(() => engines().length === 0 && readdirSync(temporary).length === 0, {
      timeoutMs,
      onTimeout: () => `left: ${engines().join(' ')}; ${readdirSync(temporary).join(' ')}`,
    })
    t.log(`gone ${seconds.toFixed(1)} s after the end`)
    t.deepEqual([...engines(), ...readdirSync(temporary)], [])
  })
}

/** The programs that run with something of `folder` in their command line. */
function processesOf(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return command.includes(folder) ? [command.split('\0')[0]?.split('/').at(-1) ?? ''] : []
      } catch {
        // It ended meanwhile.
        return []
      }
    })
}
