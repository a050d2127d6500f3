import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildControlPlane } from '../engines/control-plane.ts'
import { startGuardian } from './guardian.ts'
import { type Service, type ServiceSettings, service } from './service.ts'

/** One temporary folder with everything that runs in it, and nothing of it left once it is closed. */
export interface Lab {
  readonly folder: string
  /** A service whose log and temporary files lie in this lab, in a folder of its group (such as a cluster). */
  service(group: string, settings: Omit<ServiceSettings, 'log' | 'env'> & Partial<ServiceSettings>): Service
  /** Run at the end, the newest first, before the processes are stopped. */
  onClose(end: () => Promise<void> | void): void
  /** Stops everything and removes the folder. Twice is once. */
  close(): Promise<void>
}

/**
 * Builds the engines where they are missing, and opens a lab. Where this process dies without closing it, even by
 * SIGKILL, its processes and its folder go all the same.
 *
 * @param progress is told what is being done
 */
export async function openLab(progress: (text: string) => void): Promise<Lab> {
  await buildControlPlane(progress)
  const folder = mkdtempSync(join(tmpdir(), 'meridian-lab-'))
  const guardian = startGuardian(folder)
  const ends: (() => Promise<void> | void)[] = []
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    for (const end of ends.reverse()) await end()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    await guardian.end()
  }

  return {
    folder,
    service(group, settings) {
      const home = join(folder, group)
      const temporary = join(home, 'tmp')
      mkdirSync(temporary, { recursive: true })
      // The engines are all Go: a lab has memory to spare, and few cores to collect garbage with.
      const GOGC = process.env.GOGC ?? '400'
      const base = { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: temporary, GOGC }
      const made = service(
        { ...settings, env: { ...base, ...settings.env }, log: join(home, `${settings.name}.log`) },
        guardian,
      )
      ends.push(() => made.stop())
      return made
    },
    onClose: (end) => ends.push(end),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
