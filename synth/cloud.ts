import { hash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Fleet } from '../clusters/fleet.ts'
import { bundleOf } from '../platform/context.ts'
import type { Graph, Resource } from '../platform/render/resource.ts'
import type { Stack } from '../platform/stack.ts'
import type { RenderedFile } from './render.ts'
import { digestOf, root } from './sources.ts'
import { toYamlDocuments } from './yaml.ts'

/** The cloud stands behind the house's own fleet; one that is only on paper has K3s clusters and no stacks. */
export function hasCloud(facts: string): boolean {
  return resolve(facts) === join(root, 'clusters')
}

/**
 * Renders the stacks of `platform/`, each to `cloud/<stack>.yaml`. A stack whose program and facts are those of an
 * earlier run is taken from that, whatever folder it was rendered into.
 *
 * @param fresh renders every stack anew
 * @throws {PlatformError} for a stack that cannot be declared
 */
export async function renderCloud(
  fleet: Fleet,
  progress: (text: string) => void,
  fresh = false,
): Promise<readonly RenderedFile[]> {
  const { stacks } = await import('../platform/stacks.ts')
  const shared = sharedCode()
  const files: RenderedFile[] = []
  for (const stack of stacks) {
    const kept = join(root, '.cache/cloud', `${stack.name}-${keyOf(stack, fleet, shared)}.yaml`)
    if (fresh || !existsSync(kept)) {
      progress(`rendering ${stack.name}`)
      const { renderStack } = await import('../platform/render/render.ts')
      keep(kept, toYamlDocuments(documentsOf(await renderStack(stack, fleet))))
    }
    files.push({ path: `cloud/${stack.name}.yaml`, content: readFileSync(kept, 'utf8') })
  }
  return files
}

/** A digest of the code that every program stands on. */
function sharedCode(): string {
  const shared = ['stack.ts', 'stacks.ts', 'context.ts', 'render', 'aws/provider.ts', 'aws/_lib']
  return digestOf(
    ...shared.map((path) => join(root, 'platform', path)),
    join(root, 'package-lock.json'),
    join(root, 'synth/cloud.ts'),
  )
}

/** A digest of all that a stack is made of: its program and what programs share, its facts, its bundles. */
function keyOf(stack: Stack, fleet: Fleet, shared: string): string {
  const files = (stack.files ?? [])
    .flatMap((glob) => globSync(glob, { cwd: root }))
    .toSorted()
    .map((file) => readFileSync(join(root, file), 'utf8'))
  const program = digestOf(join(root, 'platform', stack.program))
  const facts = stack.reads.map((name) => {
    const value = fleet[name]
    return value instanceof Map ? [...value] : value
  })
  const bundles = (stack.bundles ?? []).map((service) => bundleOf(service))
  return hash('sha1', JSON.stringify([shared, program, stack, facts, files, bundles]))
}

/** A stack as documents: itself first, then its resources, each as a Kubernetes object would be written. */
function documentsOf({ stack, program, needs, outputs, resources }: Graph): readonly object[] {
  return [
    { apiVersion: 'pulumi/v1', kind: 'Stack', metadata: { name: stack }, spec: { program, needs, outputs } },
    ...resources.map(documentOf),
  ]
}

function documentOf({ type, name, inputs, ...options }: Resource): object {
  return {
    ...kindOf(type),
    metadata: { name },
    ...(Object.keys(options).length > 0 ? { options } : {}),
    spec: inputs,
  }
}

/** `aws:s3/bucket:Bucket` is `s3.aws/v1` `Bucket`, as Crossplane names it; `meridian:Region` is `meridian/v1`. */
function kindOf(type: string): { readonly apiVersion: string; readonly kind: string } {
  const [provider = '', module = '', kind = module] = type.split(':')
  if (provider === 'pulumi' && module === 'providers') return { apiVersion: 'pulumi/v1', kind: 'Provider' }
  const [service = ''] = module.split('/')
  const group = service === 'index' || kind === module ? provider : `${service}.${provider}`
  return { apiVersion: `${group}/v1`, kind }
}

function keep(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.${process.pid}`, content)
  renameSync(`${file}.${process.pid}`, file)
}
