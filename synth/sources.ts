import { hash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The repository's root. */
export const root = join(import.meta.dirname, '..')

/** Digests of the code that decides what is rendered from given facts. */
export interface CodeDigests {
  /** Everything that apps share: all rooms that `synth` may import, and the lock file. */
  readonly core: string
  /** An app's own folder, with the configuration schema of its service. */
  app(name: string): string
  /** All of it. */
  readonly all: string
}

const rooms = ['bin', 'clusters', 'nodes', 'policies', 'services', 'synth']

/** @param apps the folder of the apps */
export function codeDigests(apps: string): CodeDigests {
  const shared = readdirSync(apps).filter((name) => name.startsWith('_'))
  const core = digestOf(
    ...rooms.map((room) => join(root, room)),
    ...shared.map((name) => join(apps, name)),
    join(root, 'package-lock.json'),
  )
  const names = readdirSync(apps).filter((name) => !name.startsWith('_'))
  const digests = new Map(names.map((name) => [name, digestOf(join(apps, name))]))
  return {
    core,
    app: (name) => digests.get(name) ?? '',
    all: hash(
      'sha1',
      [process.version, core, digestOf(join(root, 'platform')), ...[...digests].flat()].join(' '),
    ),
  }
}

/** A digest of every source below the folders or files: code, releases, schemas; no tests. */
export function digestOf(...places: readonly string[]): string {
  const parts: string[] = []
  for (const place of places) {
    for (const file of filesBelow(place)) {
      if (isSource(file)) parts.push(file, readFileSync(file, 'latin1'))
    }
  }
  return hash('sha1', parts.join('\0'))
}

/** A digest of every facts file under `dir`. */
export function factsDigest(dir: string): string {
  const parts: string[] = []
  for (const file of filesBelow(dir)) {
    if (file.endsWith('.yaml')) parts.push(file, hash('sha1', readFileSync(file)))
  }
  return hash('sha1', parts.join('\0'))
}

function isSource(file: string): boolean {
  return /\.(ts|json|vcl)$|release\.yaml$/.test(file) && !/\.test\.ts$/.test(file)
}

function* filesBelow(place: string): Generator<string> {
  if (!existsSync(place)) return
  if (/\.(json|ts)$/.test(place)) {
    yield place
    return
  }
  const entries = readdirSync(place, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(place, entry.name)
    if (!entry.isDirectory()) yield path
    else if (entry.name !== 'node_modules' && entry.name !== 'dist') yield* filesBelow(path)
  }
}
