import type { Clients } from './clients.ts'
import type { CloudGraph, Resource } from './graph.ts'
import type { Outputs } from './lookup.ts'
import { lookups } from './lookups.ts'

/** What Pulumi's state knows, by `<stack>/<name>`. */
export type State = ReadonlyMap<string, Outputs>

/** The rendered graph, with its references filled in by what is really there. */
export interface Live {
  /** undefined where it is not there, or nobody can tell which one it is. */
  outputs(resource: Resource): Promise<Outputs | undefined>
  /** The text with `${…}` filled in; undefined where it refers to what is not there. */
  resolve(stack: string, text: string): Promise<string | undefined>
  /** Why a text cannot be resolved. */
  explain(stack: string, text: string): Promise<Unresolved>
}

export interface Unresolved {
  /** `entrance-filter of aws-eu-west-1` */
  readonly what: string
  /** It is looked for, and not there; else only Pulumi's state can tell. */
  readonly missing: boolean
}

const reference = /\$\{([a-z0-9-]+)\.([^}]+)\}/g

/**
 * Finds rendered resources in the cloud: by Pulumi's state where it is given, else by the names and addresses that
 * they are rendered with. Each is looked up once.
 */
export function openLive(graph: CloudGraph, clients: Clients, state: State = new Map()): Live {
  const resources = new Map(graph.resources.map((resource) => [keyOf(resource), resource]))
  const found = new Map<string, Promise<Outputs | undefined>>()

  async function look(resource: Resource): Promise<Outputs | undefined> {
    const kept = state.get(keyOf(resource))
    if (kept) return kept
    const lookup = lookups[resource.type]
    return lookup?.(clients, resource, (text) => resolve(resource.stack, text))
  }

  function outputs(resource: Resource): Promise<Outputs | undefined> {
    const key = keyOf(resource)
    const known = found.get(key) ?? look(resource)
    found.set(key, known)
    return known
  }

  async function referred(stack: string, name: string, property: string): Promise<string | undefined> {
    const given = graph.outputs.get(name)
    if (given && property.startsWith('outputs.')) {
      const text = given[property.slice('outputs.'.length)]
      return text === undefined ? undefined : resolve(name, text)
    }
    const resource = resources.get(keyOf({ stack, name }))
    return resource && (await outputs(resource))?.[property]
  }

  async function resolve(stack: string, text: string): Promise<string | undefined> {
    let filled = text
    for (const [whole, name = '', property = ''] of text.matchAll(reference)) {
      const value = await referred(stack, name, property)
      if (value === undefined) return undefined
      filled = filled.replace(whole, () => value)
    }
    return filled.includes('${') ? undefined : filled
  }

  async function explain(stack: string, text: string): Promise<Unresolved> {
    for (const [whole, name = '', property = ''] of text.matchAll(reference)) {
      if ((await referred(stack, name, property)) !== undefined) continue
      const further = graph.outputs.get(name)?.[property.replace(/^outputs\./, '')]
      if (further !== undefined) return explain(name, further)
      const resource = resources.get(keyOf({ stack, name }))
      const missing = resource !== undefined && resource.type in lookups && !(await outputs(resource))
      return { what: resource ? `${name} of ${stack}` : whole, missing }
    }
    return { what: text, missing: false }
  }

  return { outputs, resolve, explain }
}

/** How a resource is named across stacks. */
export function keyOf({ stack, name }: Pick<Resource, 'stack' | 'name'>): string {
  return `${stack}/${name}`
}
