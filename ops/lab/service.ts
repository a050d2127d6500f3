import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { LabError } from './errors.ts'
import type { Guardian } from './guardian.ts'

const readyMs = 90_000
const pollMs = 100
const stopMs = 10_000
const shownLines = 15

export interface ServiceSettings {
  /** What messages and its log file call it. */
  readonly name: string
  readonly binary: string
  readonly args: readonly string[]
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>
  /** stdout and stderr of all its lives are appended to this file. */
  readonly log: string
  /** Whether it does its work; asked every 100 ms, a rejection is a no. Default: at once. */
  readonly ready?: () => Promise<boolean>
}

/** A program that can be started, stopped, killed and started again. */
export interface Service {
  readonly name: string
  readonly log: string
  /** The process while it runs. */
  pid(): number | undefined
  /**
   * Starts it and waits until it is ready.
   * @throws {LabError} with the end of its log where it ends first, or is not ready within 90 s
   */
  start(): Promise<void>
  /** Asks it to end (SIGTERM), and after 10 s makes it (SIGKILL). Nothing where it does not run. */
  stop(): Promise<void>
  /** Ends it this moment (SIGKILL), with what it started. */
  kill(): Promise<void>
}

/** A service that does not run yet. It dies with this process: see Guardian. */
export function service(settings: ServiceSettings, guardian: Guardian): Service {
  let child: ChildProcess | undefined
  let ended: Promise<void> = Promise.resolve()

  function signal(name: NodeJS.Signals): void {
    if (child?.pid === undefined) return
    try {
      process.kill(-child.pid, name)
    } catch {
      // It is gone already.
    }
  }

  function launch(): void {
    const output = openSync(settings.log, 'a')
    const { binary, args, env } = settings
    // A group of its own: Ctrl-C in the terminal reaches this process alone, which ends them in order.
    const started = spawn(binary, args, { env, detached: true, stdio: ['ignore', output, output] })
    closeSync(output)
    child = started
    const { pid } = started
    if (pid !== undefined) guardian.add(pid)
    ended = new Promise((resolve) => {
      const over = () => {
        if (child === started) child = undefined
        if (pid !== undefined) guardian.remove(pid)
        resolve()
      }
      started.once('exit', over)
      started.once('error', over)
    })
  }

  return {
    name: settings.name,
    log: settings.log,
    pid: () => child?.pid,
    async start() {
      if (child) return
      launch()
      const deadline = performance.now() + readyMs
      while (!(await answers(settings.ready))) {
        if (!child) throw new LabError(`${settings.name} ended while it started:\n${endOf(settings.log)}`)
        if (performance.now() > deadline) {
          throw new LabError(
            `${settings.name} is not ready after ${readyMs / 1000} s. The end of ${settings.log}:\n${endOf(settings.log)}`,
          )
        }
        await sleep(pollMs)
      }
    },
    async stop() {
      signal('SIGTERM')
      const late = setTimeout(() => signal('SIGKILL'), stopMs)
      await ended
      clearTimeout(late)
    },
    async kill() {
      signal('SIGKILL')
      await ended
    },
  }
}

async function answers(ready: ServiceSettings['ready']): Promise<boolean> {
  try {
    return ready === undefined || (await ready())
  } catch {
    return false
  }
}

/** The last lines of a log, for an error message. */
export function endOf(log: string): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-shownLines).join('\n')
}
