import { hash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Where the bench writes. Nothing is removed before the end: for five minutes ext4 goes out of its way not to use
 * the inodes of removed files again (`recently_deleted`), and that would be a third of the next run's CPU time.
 */
export interface Scratch {
  readonly dir: string
  /** A path at which nothing lies yet: the next run there is a first run. */
  fresh(name: string): string
  removeAll(): void
}

/** @param root the repository's */
export function openScratch(root: string, dir = join(root, '.cache/bench-synth')): Scratch {
  const given: string[] = []
  mkdirSync(dir, { recursive: true })
  return {
    dir,
    fresh(name) {
      const path = join(dir, `${name}-${process.pid}-${given.length + 1}`)
      given.push(path)
      return path
    },
    removeAll() {
      // What synth remembers of an output: see synth/cache.ts.
      for (const path of given) {
        rmSync(join(root, '.cache/synth', hash('sha1', resolve(path))), { recursive: true, force: true })
      }
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
