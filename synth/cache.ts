import { hash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ParsedFacts } from '../clusters/facts.ts'
import { type CodeDigests, codeDigests, digestOf, factsDigest, root } from './sources.ts'
import type { Summary } from './summary.ts'
import { openTreeIndex, type TreeIndex } from './tree-index.ts'
import { listFiles } from './write.ts'

export interface SynthPaths {
  readonly facts: string
  readonly apps: string
  readonly out: string
}

/** What the last run of `synth` into one folder left: hints that save work, never needed for a right answer. */
export interface SynthCache {
  readonly index: TreeIndex
  readonly parsed: ParsedFacts
  readonly code: CodeDigests
  /** The summary of the last run, if sources and output are the same as then. */
  unchanged(): Summary | undefined
  save(summary: Summary): void
}

export function openCache(paths: SynthPaths): SynthCache {
  const folder = join(root, '.cache/synth', hash('sha1', resolve(paths.out)))
  const index = openTreeIndex(join(folder, 'tree.json'))
  const parsed = openParsedFacts(join(folder, 'facts.json'))
  const runFile = join(folder, 'run.json')
  const code = codeDigests(paths.apps)
  const key = `${code.all} ${factsDigest(paths.facts)}`
  return {
    code,
    index,
    parsed,
    unchanged() {
      const last = readJson<{ key: string; summary: Summary }>(runFile)
      return last?.key === key && isTreeUntouched(paths.out, index) ? last.summary : undefined
    },
    save(summary) {
      index.save()
      parsed.save()
      writeJson(runFile, { key, summary, out: resolve(paths.out) })
      forgetGoneOutputs()
    },
  }
}

/** Removes what is kept of output folders that are not there any more. */
function forgetGoneOutputs(): void {
  const folder = join(root, '.cache/synth')
  for (const name of readdirSync(folder)) {
    const run = readJson<{ out?: string }>(join(folder, name, 'run.json'))
    if (!run?.out || !existsSync(run.out)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function isTreeUntouched(out: string, index: TreeIndex): boolean {
  if (existsSync(`${out}.staging`)) return false
  const files = listFiles(out)
  return (
    files.length === index.size &&
    files.every((path) => index.get(path, statSync(join(out, path))) !== undefined)
  )
}

/** Facts files as they were parsed before, by the digest of their text. A new schema forgets them all. */
function openParsedFacts(file: string): ParsedFacts & { save(): void } {
  const schema = digestOf(join(root, 'clusters'), join(root, 'package-lock.json'))
  const kept = readJson<{ schema: string; facts: [string, [string, unknown]][] }>(file)
  const before = new Map(kept?.schema === schema ? kept.facts : [])
  const now = new Map<string, [digest: string, value: unknown]>()
  let changed = false
  return {
    get(name, text) {
      const entry = before.get(name)
      if (entry?.[0] !== hash('sha1', text)) return undefined
      now.set(name, entry)
      return entry[1]
    },
    set(name, text, value) {
      changed = true
      now.set(name, [hash('sha1', text), value])
    },
    save() {
      if (changed || now.size !== before.size) writeJson(file, { schema, facts: [...now] })
    },
  }
}

function readJson<T>(file: string): T | undefined {
  try {
    // Our own files; one that is damaged is as good as none.
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    return undefined
  }
}

function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(value))
  renameSync(`${file}.${process.pid}`, file)
}
