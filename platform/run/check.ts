import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { loadFleet } from '../../clusters/fleet.ts'
import { checkLinks } from '../render/links.ts'
import { renderStack } from '../render/render.ts'
import { PlatformError, type Stack } from '../stack.ts'
import { stackNamed, stacks } from '../stacks.ts'
import { stackFile } from '../stages.ts'

const platform = dirname(import.meta.dirname)

/**
 * The stacks of these names, or all, in the order of their needs.
 *
 * @throws {PlatformError} for a name that there is not
 */
export function chosen(names: readonly string[]): readonly Stack[] {
  const wanted = new Set(names.map((name) => stackNamed(name)))
  return wanted.size === 0 ? stacks : stacks.filter((stack) => wanted.has(stack))
}

/**
 * All that can be known to be wrong before anything is registered: each stack is rendered, with those that it reads
 * from.
 *
 * @param options.secrets whether the stacks must be initialised and hold their secrets
 * @throws {PlatformError, FactsError}
 */
export async function check(
  list: readonly Stack[],
  { secrets }: { readonly secrets: boolean },
  print: (line: string) => void,
): Promise<void> {
  const fleet = loadFleet(join(platform, '../clusters'))
  const needed = new Set(list.flatMap((stack) => [stack.name, ...stack.needs]))
  const rendered = stacks.filter(({ name }) => needed.has(name))
  print(`checking ${rendered.map(({ name }) => name).join(', ')}`)
  const graphs = []
  for (const stack of rendered) graphs.push(await renderStack(stack, fleet))
  checkLinks(
    graphs.filter(({ stack }) => list.some(({ name }) => name === stack)),
    graphs,
  )
  if (secrets) for (const stack of list) checkSecrets(stack)
  const count = graphs.reduce((sum, { resources }) => sum + resources.length, 0)
  print(`✓ ${graphs.length === 1 ? '1 stack' : `${graphs.length} stacks`} with ${count} resources`)
}

/** What Pulumi writes into a stack's file: a secret is `{ secure: … }`, anything else is readable by everybody. */
const StackFile = z.object({
  config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.looseObject({})])).default({}),
})

/** @throws {PlatformError} where a stack was never initialised, lacks a secret, or holds one that is not encrypted */
export function checkSecrets({ name, secrets = [] }: Stack, folder = platform): void {
  const place = `platform/Pulumi.${name}.yaml`
  const file = stackFile(name, folder)
  if (!existsSync(file)) {
    throw new PlatformError(place, 'is not there', `npm run platform -- init ${name}, then commit it`)
  }
  const read = StackFile.safeParse(parse(readFileSync(file, 'utf8')) ?? {})
  if (!read.success)
    throw new PlatformError(place, z.prettifyError(read.error), 'Pulumi writes it: see `pulumi config`')
  for (const secret of secrets) {
    const value = read.data.config[`meridian:${secret}`]
    const mend = `cd platform && pulumi config set --secret --stack ${name} meridian:${secret}`
    if (value === undefined) throw new PlatformError(place, `the secret ${secret} is missing`, mend)
    if (typeof value !== 'object' || !('secure' in value)) {
      throw new PlatformError(place, `${secret} is not encrypted`, `replace it at its source, then: ${mend}`)
    }
  }
}
