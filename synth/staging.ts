import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SynthError } from './errors.ts'

/** What completes a write: what to move out of the staging folder, and what is stale. */
export interface Journal {
  /** The paths of new files, which are staged as `files/0`, `files/1`, …; `tree`: nothing is in place yet, and the
   * folder `tree` is the whole. */
  readonly move: readonly string[] | 'tree'
  readonly remove: readonly string[]
}

const patienceMs = 60_000
/** How long a folder may stand without saying whose it is. */
const birthMs = 2_000

/**
 * Takes the staging folder `<out>.staging`, which is the lock too: one run at a time writes a tree. A run that was
 * killed is cleaned up, and completed if its journal stands.
 *
 * @throws {SynthError} if another run keeps it for a minute
 */
export async function openStaging(out: string, onWait?: (message: string) => void): Promise<string> {
  const staging = `${out}.staging`
  const start = Date.now()
  let told = false
  mkdirSync(dirname(staging), { recursive: true })
  for (;;) {
    if (takeNew(staging)) return staging
    const owner = ownerOf(staging)
    const alive = owner === undefined ? Date.now() - start < birthMs : isAlive(owner)
    if (!alive && claim(staging, owner)) {
      recover(out, staging)
      continue
    }
    if (Date.now() - start > patienceMs) {
      throw new SynthError(
        staging,
        `another run (process ${owner}) has held ${out} for a minute`,
        `if no synth runs, remove the folder ${staging}`,
      )
    }
    if (!told && alive && owner !== undefined) {
      told = true
      onWait?.(`another run (process ${owner}) is writing ${out}; waiting for it`)
    }
    await sleep(50)
  }
}

/** Makes the journal stand, then does what it says. */
export function applyJournal(out: string, staging: string, journal: Journal): void {
  const file = join(staging, 'journal.json')
  writeFileSync(`${file}.new`, JSON.stringify(journal), { flush: true })
  renameSync(`${file}.new`, file)
  replay(out, staging, journal)
  rmSync(file)
}

/** Gives the tree free. A journal that could not be carried out stays for the next run. */
export function closeStaging(staging: string): void {
  if (existsSync(join(staging, 'journal.json'))) rmSync(join(staging, 'owner'), { force: true })
  else rmSync(staging, { recursive: true, force: true })
}

/** Completes a run that was killed after its journal stood. Any number of times gives the same tree. */
export function recover(out: string, staging: string): void {
  const file = join(staging, 'journal.json')
  if (existsSync(file)) {
    // Written by applyJournal and renamed into place whole.
    replay(out, staging, JSON.parse(readFileSync(file, 'utf8')) as Journal)
  }
  rmSync(staging, { recursive: true, force: true })
}

function replay(out: string, staging: string, { move, remove }: Journal): void {
  if (move === 'tree') {
    const tree = join(staging, 'tree')
    if (!existsSync(tree)) return
    // An empty folder may be in the way.
    if (existsSync(out)) rmdirSync(out)
    renameSync(tree, out)
    return
  }
  const made = new Set<string>()
  for (const [index, path] of move.entries()) {
    const folder = dirname(join(out, path))
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true })
      made.add(folder)
    }
    const staged = join(staging, 'files', String(index))
    // Moved before the run was killed.
    if (existsSync(staged)) renameSync(staged, join(out, path))
  }
  for (const path of remove) rmSync(join(out, path), { force: true })
  removeEmptyFolders(out, remove)
}

function removeEmptyFolders(out: string, removed: readonly string[]): void {
  const folders = new Set(removed.map((path) => dirname(path)))
  for (let folder of [...folders].toSorted((a, b) => b.length - a.length)) {
    while (folder !== '.') {
      try {
        rmdirSync(join(out, folder))
      } catch {
        // Not empty: something lives there still.
        break
      }
      folder = dirname(folder)
    }
  }
}

function takeNew(staging: string): boolean {
  try {
    mkdirSync(staging)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
  writeFileSync(join(staging, 'owner'), String(process.pid))
  return true
}

function ownerOf(staging: string): number | undefined {
  try {
    return Number(readFileSync(join(staging, 'owner'), 'utf8')) || undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Of several runs that find a dead one's folder, one may clean it up: the one that makes this file. */
function claim(staging: string, dead: number | undefined): boolean {
  try {
    closeSync(openSync(join(staging, `claimed-from-${dead ?? 'nobody'}`), 'wx'))
    writeFileSync(join(staging, 'owner'), String(process.pid))
    return true
  } catch {
    return false
  }
}
