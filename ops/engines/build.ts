import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cacheFolder, keepNewest, link, publish } from './cache.ts'
import { controlPlaneEngines, type Engine, engines } from './engines.ts'

const root = dirname(dirname(import.meta.dirname))

/** The engine could not be built: what Go said, and how to mend it. */
export class BuildError extends Error {
  override name = 'BuildError'
}

export type Built = { readonly binary: string; readonly seconds: number; readonly fresh: boolean }

/**
 * Builds an engine unless this user's cache has it, and links it to `.cache/bin/<name>`.
 *
 * The key is the content of its folder, the Go version and the platform, so an unchanged engine is built
 * once a user, not once a checkout.
 * @throws BuildError where the folder is missing or Go fails
 */
export async function build(engine: Engine): Promise<Built> {
  const started = performance.now()
  const stored = join(cacheFolder(), 'engines', `${engine.name}-${engineKey(engine)}`)
  const fresh = !existsSync(stored)
  if (fresh) await publish(stored, (beside) => compile(engine, beside))
  keepNewest(stored, `${engine.name}-`)
  const binary = join(root, '.cache/bin', engine.name)
  link(stored, binary)
  return { binary, seconds: (performance.now() - started) / 1000, fresh }
}

/** What an engine is made of, as a short hash: its sources, its pinned modules, Go and the platform. */
export function engineKey(engine: Engine): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([engine.package, engine.set ?? [], goPlatform()]))
  for (const file of sourceFiles(join(root, engine.folder))) {
    hash.update(`\0${file}\0`)
    hash.update(readFileSync(join(root, engine.folder, file)))
  }
  return hash.digest('hex').slice(0, 16)
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(join(folder, 'go.mod'))) throw new BuildError(`${folder} has no go.mod`)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('_test.go'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

function compile(engine: Engine, output: string): void {
  const set = (engine.set ?? []).map((assignment) => ` -X ${assignment}`).join('')
  go(['build', '-trimpath', '-buildvcs=false', '-ldflags', `-s -w${set}`, '-o', output, engine.package], {
    cwd: join(root, engine.folder),
    doing: `build ${engine.name}`,
  })
}

function goPlatform(): string {
  return go(['env', 'GOVERSION', 'GOOS', 'GOARCH'], { cwd: root, doing: 'ask Go for its version' }).trim()
}

function go(args: readonly string[], { cwd, doing }: { cwd: string; doing: string }): string {
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' }
  const run = spawnSync('go', args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (run.error)
    throw new BuildError(`cannot run go: ${run.error.message}. Install Go 1.26 or later: https://go.dev/dl/`)
  if (run.status !== 0) throw new BuildError(`could not ${doing} (${cwd}):\n${run.stderr.trim()}`)
  return run.stdout
}

/** @param names engines, or `control-plane` for all that one is made of */
async function main(names: readonly string[]): Promise<void> {
  const all = names.flatMap((name) =>
    name === 'control-plane' ? controlPlaneEngines.map((engine) => engine.name) : [name],
  )
  for (const name of all) {
    const engine = engines.find((known) => known.name === name)
    if (!engine)
      throw new BuildError(`no engine is called ${name}; known: ${engines.map((e) => e.name).join(', ')}`)
    console.log(`building ${name}`)
    const { seconds, fresh } = await build(engine)
    console.log(fresh ? `built ${name} in ${seconds.toFixed(1)} s` : `${name} was built before`)
  }
}

if (import.meta.main) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof BuildError ? error.message : error)
    process.exitCode = 2
  })
}
