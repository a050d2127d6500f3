import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CloudError } from './graph.ts'
import type { State } from './live.ts'
import type { Outputs } from './lookup.ts'

/** What `pulumi stack export` writes, as far as it is read. */
const Export = z.object({
  deployment: z.object({
    resources: z.array(
      z.object({
        urn: z.string(),
        type: z.string(),
        id: z.string().optional(),
        outputs: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
  }),
})

/**
 * Reads what `pulumi stack export --file` wrote: files, or folders of them.
 * @throws {CloudError} for a file that is no such export
 */
export function readState(paths: readonly string[]): State {
  const state = new Map<string, Outputs>()
  for (const file of paths.flatMap(filesOf)) {
    for (const { urn, type, id, outputs = {} } of exportOf(file).deployment.resources) {
      // The stack itself and its providers are Pulumi's own.
      if (type.startsWith('pulumi:')) continue
      const [, stack] = urn.split(':').slice(1)
      const name = urn.split('::').at(-1)
      state.set(`${stack}/${name}`, { ...flat(outputs), ...(id === undefined ? {} : { id }) })
    }
  }
  return state
}

function filesOf(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path]
    const names = readdirSync(path).filter((name) => name.endsWith('.json'))
    return names.map((name) => join(path, name))
  } catch {
    throw new CloudError(
      `--state ${path}: no such file or folder\n  pulumi stack export --stack NAME --file FILE writes one`,
    )
  }
}

function exportOf(file: string): z.infer<typeof Export> {
  try {
    return Export.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    throw new CloudError(`--state ${file}: not what pulumi stack export writes\n${why}`)
  }
}

/** Nested outputs by their path, `domainValidationOptions[0].resourceRecordName`, as rendered references have it. */
function flat(value: unknown, path = ''): Record<string, string> {
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object') return { [path]: String(value) }
  const parts = Array.isArray(value)
    ? value.map((inner, index) => flat(inner, `${path}[${index}]`))
    : Object.entries(value).map(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`))
  return Object.assign({}, ...parts)
}
