import type { Clients } from './clients.ts'
import type { Resource } from './graph.ts'

/** What the cloud knows of a resource, by the names that Pulumi gives its outputs: id, arn, dnsName … */
export type Outputs = Readonly<Record<string, string>>

/**
 * Finds a rendered resource by what it is rendered with.
 * @param resolve fills in a reference of its stack
 * @returns undefined where it is not there, or its name is left to Pulumi
 */
export type Lookup = (
  clients: Clients,
  resource: Resource,
  resolve: (text: string) => Promise<string | undefined>,
) => Promise<Outputs | undefined>

type Answer = Readonly<Record<string, string | undefined>>

/** A lookup by the input that names it; what AWS does not know is not there. */
export function byName(
  input: string,
  ask: (clients: Clients, resource: Resource, name: string) => Promise<Answer>,
): Lookup {
  return async (clients, resource, resolve) => {
    const name = await resolve(text(resource.spec[input]))
    if (!name) return undefined
    try {
      return complete(await ask(clients, resource, name))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }
}

/** An answer without a single identifier is none. */
function complete(answer: Answer): Outputs | undefined {
  const known = Object.entries(answer).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))
  return answer.id === undefined || answer.arn === undefined ? undefined : Object.fromEntries(known)
}

/** Whether AWS says that there is no such thing; its services have a name each for that. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && /NotFound|NoSuch|Nonexistent|DoesNotExist/i.test(error.name)
}

/** An input that is text; '' where it is none. */
export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
