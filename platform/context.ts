import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Fleet } from '../clusters/fleet.ts'
import {
  type Bundle,
  type Outputs,
  PlatformError,
  type Program,
  type Stack,
  type StackContext,
} from './stack.ts'

const root = dirname(import.meta.dirname)

/** Where a stack's outputs and secrets come from: the real stacks, or references that stand for them. */
export type Sources = Pick<StackContext, 'output' | 'secret'>

/**
 * Declares the resources of a stack, in the Pulumi program that is under way.
 *
 * @throws {PlatformError} where the program reads what its line in stacks.ts does not name
 */
export async function declareStack(stack: Stack, fleet: Fleet, sources: Sources): Promise<Outputs> {
  const { declare }: { declare: Program } = await import(`./${stack.program}/program.ts`)
  const named = (list: readonly string[] | undefined, key: keyof Stack, name: string) => {
    if (!list?.includes(name)) throw unnamed(stack, key, name)
  }
  return declare({
    stack,
    fleet: factsOf(stack, fleet),
    output(from, name) {
      named(stack.needs, 'needs', from)
      return sources.output(from, name)
    },
    secret(name) {
      named(stack.secrets, 'secrets', name)
      return sources.secret(name)
    },
    bundle(service) {
      named(stack.bundles, 'bundles', service)
      return bundleOf(service)
    },
  })
}

/** What each network takes: Lambda a zip, Cloudflare a module, Fastly a package. */
const bundles: Readonly<Record<string, string>> = {
  viewer: 'services/viewer/dist/viewer.zip',
  worker: 'services/worker/dist/worker.mjs',
  compute: 'services/compute/pkg/compute.tar.gz',
}

/**
 * The bundle of a service as it lies there now.
 * @throws {PlatformError} for a service that has none
 */
export function bundleOf(service: string): Bundle {
  const path = bundles[service]
  if (path === undefined) {
    throw new PlatformError(
      'platform/stacks.ts',
      `${service} has no bundle`,
      `these have one: ${Object.keys(bundles).join(', ')}`,
    )
  }
  const file = join(root, path)
  if (!existsSync(file)) return { path, digest: 'unbuilt' }
  return { path, digest: createHash('sha256').update(readFileSync(file)).digest('hex') }
}

/** The facts as far as the stack says that it reads them. */
function factsOf(stack: Stack, fleet: Fleet): Fleet {
  const allowed: readonly PropertyKey[] = stack.reads
  return new Proxy(fleet, {
    get(target, property) {
      if (typeof property !== 'symbol' && !allowed.includes(property)) throw unnamed(stack, 'reads', property)
      return Reflect.get(target, property)
    },
  })
}

function unnamed({ name, program }: Stack, key: keyof Stack, missing: string): PlatformError {
  return new PlatformError(
    `platform/${program}/program.ts`,
    `${name} uses ${missing}, which its \`${key}\` do not name`,
    `platform/stacks.ts: add '${missing}' to the \`${key}\` of ${name}`,
  )
}
