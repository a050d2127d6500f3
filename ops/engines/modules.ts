import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import type { Source } from './sources.ts'

/** A pinned module could not be had, or is not what was pinned. */
export class ModuleError extends Error {
  override name = 'ModuleError'
}

/**
 * Downloads pinned Go modules into Go's module cache, where they stay.
 * @returns the folder of each module, by its path
 * @throws ModuleError where one cannot be downloaded, or its content has another hash than its pin
 */
export function downloadModules(sources: readonly Source[]): Map<string, string> {
  const args = ['mod', 'download', '-json', ...sources.map((source) => `${source.module}@${source.version}`)]
  // Outside any module: a go.mod would let its other requirements choose the version.
  const env = { ...process.env, GOWORK: 'off', GO111MODULE: 'on' }
  const run = spawnSync('go', args, { cwd: tmpdir(), env, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (run.error) throw new ModuleError(`cannot run go: ${run.error.message}`)
  const downloads = parseDownloads(run.stdout)
  return new Map(sources.map((source) => [source.module, folderOf(source, downloads, run.stderr)]))
}

type Download = { Path: string; Version: string; Dir?: string; Sum?: string; Error?: string }

/** `go mod download -json` prints one indented object after the other. */
function parseDownloads(output: string): readonly Download[] {
  // The shape is documented in `go help mod download`.
  return JSON.parse(`[${output.trim().replaceAll(/^\}\n\{/gm, '},{')}]`) as Download[]
}

function folderOf(source: Source, downloads: readonly Download[], stderr: string): string {
  const name = `${source.module}@${source.version}`
  const found = downloads.find(
    (download) => download.Path === source.module && download.Version === source.version,
  )
  if (!found?.Dir) throw new ModuleError(`cannot download ${name}: ${found?.Error ?? stderr.trim()}`)
  if (found.Sum !== source.sum) {
    throw new ModuleError(
      `${name} has the hash ${found.Sum}, but ${source.sum} is pinned in ops/engines/sources.ts`,
    )
  }
  return found.Dir
}
