import { setTimeout as sleep } from 'node:timers/promises'
import { LabError } from '../lab/errors.ts'

const pollMs = 200

/**
 * Waits until `check` says true; asked every 200 ms, a rejection is a no.
 *
 * @param onTimeout what to say where it never does
 * @returns seconds waited
 * @throws {LabError} with those words
 */
export async function waitFor(
  check: () => Promise<boolean> | boolean,
  { timeoutMs, onTimeout }: { timeoutMs: number; onTimeout: () => Promise<string> | string },
): Promise<number> {
  const started = performance.now()
  for (;;) {
    const good = await Promise.resolve()
      .then(check)
      .catch(() => false)
    const waited = performance.now() - started
    if (good) return waited / 1000
    if (waited > timeoutMs) throw new LabError(await onTimeout())
    await sleep(pollMs)
  }
}
