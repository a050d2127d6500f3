import { spawn } from 'node:child_process'

const quietMs = 1_000
const reminderMs = 15_000
const tailLines = 30

/** A tool that set-up called failed; carries what it said last. */
export class CommandError extends Error {
  /**
   * @param {string} command
   * @param {string} tail the last lines of its output
   */
  constructor(command, tail) {
    super(`${command} failed`)
    this.tail = tail
  }
}

/**
 * Runs a command and says on stderr what it does and for how long: on a terminal in one line that renews
 * itself, elsewhere in a line now and then. The first second is silent.
 * @param {string} step
 * @param {readonly string[]} command
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<void>}
 */
export async function runWithProgress(step, [program, ...args], { cwd, env = process.env }) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (chunk) => {
      lines.push(...chunk.split('\n').filter((line) => line.trim()))
      lines.splice(0, lines.length - tailLines)
    })
  }
  const stopProgress = showProgress(step, () => lines.at(-1) ?? '')
  const stopChild = () => child.kill()
  process.once('exit', stopChild)
  try {
    const status = await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve(code ?? signal))
    })
    if (status !== 0) throw new CommandError([program, ...args].join(' '), lines.join('\n'))
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError([program, ...args].join(' '), error.message)
  } finally {
    process.removeListener('exit', stopChild)
    stopProgress()
  }
}

function showProgress(step, detail) {
  const started = Date.now()
  const terminal = process.stderr.isTTY
  let nextMs = quietMs
  const timer = setInterval(
    () => {
      const elapsedMs = Date.now() - started
      if (elapsedMs < nextMs) return
      const seconds = `${Math.round(elapsedMs / 1000)} s`
      if (terminal) {
        const line = `… ${step}  ${seconds}  ${detail()}`
        process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`)
      } else {
        process.stderr.write(`… ${step}  ${seconds}  ${detail()}\n`)
        nextMs = elapsedMs + reminderMs
      }
    },
    terminal ? 200 : 1_000,
  )
  return () => {
    clearInterval(timer)
    if (terminal) process.stderr.write('\r\u001b[K')
  }
}
