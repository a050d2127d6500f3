import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AppDefinition } from '../apps/_lib/app.ts'
import { layers } from '../apps/_lib/layers.ts'
import { type AppRelease, Release, releaseOf } from '../apps/_lib/release.ts'
import { FactsError, type Problem, readFacts } from '../clusters/facts.ts'
import { SynthError } from './errors.ts'

/** Props are checked by the app's own schema, so the compiler needs no type for them. */
export type App = AppDefinition<unknown>

export interface CatalogEntry {
  readonly app: App
  readonly release: AppRelease
}

/**
 * Finds the apps: every folder of `dir` that has an `app.ts`, in the order in which a cluster starts them.
 *
 * @throws {FactsError} with every wrong release.yaml
 * @throws {SynthError} for an app that is not where its name says
 */
export async function loadCatalog(dir: string, registry: string): Promise<readonly CatalogEntry[]> {
  const problems: Problem[] = []
  const names = readdirSync(dir).filter(
    (name) => !name.startsWith('_') && existsSync(join(dir, name, 'app.ts')),
  )
  const entries = await Promise.all(
    names.map(async (name) => {
      const app = await loadApp(join(dir, name, 'app.ts'))
      if (app?.name !== name) {
        throw new SynthError(
          `${dir}/${name}/app.ts`,
          `its default export is not the app ${name}`,
          `export default defineApp({ name: '${name}', … })`,
        )
      }
      const releaseFile = join(dir, name, 'release.yaml')
      const file = existsSync(releaseFile)
        ? readFacts(releaseFile, Release, problems)?.value
        : Release.parse({})
      return { app, release: releaseOf(name, file ?? Release.parse({}), registry) }
    }),
  )
  if (problems.length > 0) throw new FactsError(problems)
  return entries.sort(
    (a, b) => layers.indexOf(a.app.layer) - layers.indexOf(b.app.layer) || (a.app.name < b.app.name ? -1 : 1),
  )
}

async function loadApp(file: string): Promise<App | undefined> {
  try {
    const module: { default?: App } = await import(pathToFileURL(resolve(file)).href)
    return module.default
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    throw new SynthError(file, 'the app cannot be loaded', reason)
  }
}
