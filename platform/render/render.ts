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
  let outputs: Record<string, string> = {}

  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, custom }) {
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
        secret: (name) => pulumi.secret(`secret ${name}`),
      })
      pulumi.output(given).apply((values) => {
        outputs = { ...values }
      })
    } catch (error) {
      failures.push(error)
    }
  })
  await pulumi.runtime.disconnect()
  if (failures.length > 0) throw failures[0]
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
  return { ...inputs, id: `\${${short}.id}`, json: `\${${short}.json}` }
}

const hidden = `\${secret}`

/** Secrets are not shown; the whole input that holds one is not. */
function masked(inputs: Record<string, unknown>): Record<string, unknown> {
  const isSecret = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && '4dabf18193072939515e22adb298388d' in value
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, isSecret(value) ? hidden : value]),
  )
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
