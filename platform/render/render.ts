import * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../clusters/fleet.ts'
import { declareStack } from '../context.ts'
import { PlatformError, type Stack } from '../stack.ts'
import { checkLimits } from './limits.ts'
import { structuredOutput } from './outputs.ts'
import type { Graph, Resource } from './resource.ts'

/** What the runtime tells of a resource while it is constructed, and does not tell its mocks. */
interface Declared {
  readonly parent?: string
  readonly provider?: string
  readonly protect?: true
  readonly dependsOn: readonly string[]
  /** Properties that only the cloud can fill in. */
  readonly outputs: readonly string[]
}

/**
 * Runs a stack's program against no cloud at all, and gives its graph.
 *
 * @throws {PlatformError} for what would fail in the middle of a deployment: two resources of a name, a name that is
 * too long, an output of a stack that is not needed
 */
export async function renderStack(stack: Stack, fleet: Fleet): Promise<Graph> {
  const place = `platform/${stack.program}`
  const declared = new Map<string, Declared>()
  const resources = new Map<string, Resource>()
  const failures: unknown[] = []
  const outputs: Record<string, string> = {}
  let outputsKnown: Promise<void> = Promise.resolve()

  await pulumi.runtime.setMocks(
    {
      async newResource({ type, name, inputs: given, custom, provider }) {
        const inputs = await withPaths(given)
        if (type === 'pulumi:pulumi:Stack') return { id: name, state: {} }
        const { outputs: unknown = [], ...options } = declared.get(`${type} ${name}`) ?? { dependsOn: [] }
        const { dependsOn = [], ...placed } = options
        if (resources.has(name)) {
          failures.push(
            new PlatformError(
              place,
              `two resources of ${stack.name} are called ${name}`,
              'give one another name',
            ),
          )
        }
        resources.set(name, {
          type,
          name,
          ...placed,
          // A URN and an id: of a resource without a provider of its own it is its component's.
          ...(provider ? { provider: provider.split('::').at(-2) ?? provider } : {}),
          ...(dependsOn.length > 0 ? { dependsOn: dependsOn.toSorted() } : {}),
          inputs: custom === false ? {} : sorted(masked(inputs)),
        })
        const known = Object.fromEntries(
          unknown.map((property) => [
            property,
            structuredOutput(type, property, name) ?? `\${${name}.${property}}`,
          ]),
        )
        return { id: `\${${name}.id}`, state: { ...known, ...inputs } }
      },
      call: ({ token, inputs }) => answer(token, inputs),
    },
    'meridian',
    stack.name,
    false,
    'meridian',
  )
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
      declared.set(`${type} ${name}`, declarationOf(props, opts))
      return undefined
    })
    try {
      const given = await declareStack(stack, fleet, {
        output: (from, name) => pulumi.output(`\${${from}.outputs.${name}}`),
        secret: (name) => pulumi.secret(`${secretMark} ${name}`),
      })
      outputsKnown = new Promise((known) => {
        pulumi.output(given).apply((values) => {
          for (const [name, value] of Object.entries(values)) {
            outputs[name] = value.includes(secretMark) ? hidden : value
          }
          known()
        })
      })
    } catch (error) {
      failures.push(error)
    }
  })
  await pulumi.runtime.disconnect()
  if (failures.length > 0) throw failures[0]
  // The last resource is there before what follows from it is.
  await outputsKnown
  const graph: Graph = {
    stack: stack.name,
    program: stack.program,
    needs: stack.needs,
    outputs: sorted(outputs) as Record<string, string>,
    resources: [...resources.values()].toSorted((a, b) => compare(a.type, b.type) || compare(a.name, b.name)),
  }
  checkLimits(graph)
  return graph
}

function declarationOf(props: pulumi.Inputs, opts: pulumi.CustomResourceOptions): Declared {
  const { parent, provider, protect, dependsOn } = opts
  return {
    ...(parent && nameOf(parent) !== undefined && !isStack(parent)
      ? { parent: nameOf(parent) as string }
      : {}),
    ...(provider ? { provider: nameOf(provider) as string } : {}),
    ...(protect === true ? { protect } : {}),
    dependsOn: [dependsOn ?? []]
      .flat()
      .flatMap((one) => (pulumi.Resource.isInstance(one) ? (nameOf(one) ?? []) : [])),
    outputs: Object.keys(props).filter((property) => props[property] === undefined),
  }
}

function nameOf(resource: pulumi.Resource): string | undefined {
  // The runtime keeps it for its own messages.
  return (resource as unknown as { __name?: string }).__name
}

function isStack(resource: pulumi.Resource): boolean {
  return (resource as unknown as { __pulumiType?: string }).__pulumiType === 'pulumi:pulumi:Stack'
}

/** What a program asks the cloud while it runs: given as a reference, like every other unknown. */
function answer(token: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const short = token.split(':').at(-1) ?? token
  const asked = `${short}(${Object.values(inputs).join(', ')})`
  return { ...inputs, id: `\${${asked}.id}`, json: `\${${asked}.json}` }
}

/** Files that are uploaded are shown as their paths. */
async function withPaths(inputs: Record<string, unknown>): Promise<Record<string, unknown>> {
  const entries = Object.entries(inputs).map(async ([name, value]) => {
    const isFile = value instanceof pulumi.asset.FileArchive || value instanceof pulumi.asset.FileAsset
    return [name, isFile ? await value.path : value]
  })
  return Object.fromEntries(await Promise.all(entries))
}

const hidden = `\${secret}`

const secretMark = '<secret>'

/**
 * Secrets are not shown. The runtime marks the whole input that holds one somewhere; of that the texts are hidden that
 * a secret of the config is in, and all of it where the secret is none of those.
 */
function masked(inputs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      if (!isSecret(value)) return [name, value]
      const shown = withoutSecrets(value.value)
      return [name, JSON.stringify(shown) === JSON.stringify(value.value) ? hidden : shown]
    }),
  )
}

function isSecret(value: unknown): value is { readonly value: unknown } {
  return typeof value === 'object' && value !== null && '4dabf18193072939515e22adb298388d' in value
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.includes(secretMark) ? hidden : value
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]))
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => compare(a, b))
      .map(([key, inner]) => [key, deep(inner)]),
  )
}

/** Documents that a cloud takes as JSON text, policies above all, are shown and judged as the data that they are. */
function deep(value: unknown): unknown {
  if (typeof value === 'string' && /^\s*[[{]/.test(value)) {
    try {
      return deep(JSON.parse(value))
    } catch {
      return value
    }
  }
  if (Array.isArray(value)) return value.map(deep)
  if (typeof value === 'object' && value !== null) return sorted(value as Record<string, unknown>)
  return value
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
