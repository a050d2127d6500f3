import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { BuildError } from './build.ts'
import { controlPlaneEngines } from './engines.ts'

const root = dirname(dirname(import.meta.dirname))
const tickMs = 1000

/** The path of an engine's binary, once built. */
export function enginePath(name: string): string {
  return join(root, '.cache/bin', name)
}

/**
 * Builds what a control plane needs and this user's cache lacks: a quarter of an hour the first time, then
 * half a second.
 *
 * @param progress is told every second what is being built, and for how long
 * @throws {BuildError} with what Go said
 */
export function buildControlPlane(progress: (text: string) => void): Promise<void> {
  const names = controlPlaneEngines.map(({ name }) => name)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'build.ts'), 'control-plane'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const started = performance.now()
  let [doing, built, stderr] = ['engines', 0, '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    for (const line of chunk.split('\n')) {
      const [, name] = /^building (.+)$/.exec(line) ?? []
      if (name !== undefined) [doing, built] = [name, names.indexOf(name)]
    }
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const tick = setInterval(() => {
    const seconds = Math.round((performance.now() - started) / 1000)
    progress(
      `building ${doing} (${built + 1} of ${names.length}, ${seconds} s; the first time takes minutes)`,
    )
  }, tickMs)
  const stop = () => child.kill()
  process.once('exit', stop)
  return new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new BuildError(stderr.trim() || `the build of ${doing} ended with ${code}`))
    })
  }).finally(() => {
    clearInterval(tick)
    process.off('exit', stop)
  })
}
