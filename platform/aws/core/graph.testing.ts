import { join } from 'node:path'
import { z } from 'zod'
import { type Fleet, loadFleet } from '../../../clusters/fleet.ts'
import { renderStack } from '../../render/render.ts'
import type { Graph, Resource } from '../../render/resource.ts'
import { stackNamed } from '../../stacks.ts'

export const repositoryRoot = join(import.meta.dirname, '../../..')
export const fleet = loadFleet(join(repositoryRoot, 'clusters'))
export const graph = await render(fleet)

export function render(facts: Fleet): Promise<Graph> {
  return renderStack(stackNamed('aws-core'), facts)
}

/** `Key`: every resource of that kind, whatever its service. */
export function ofKind(kind: string): readonly Resource[] {
  return graph.resources.filter(({ type }) => type.endsWith(`:${kind}`))
}

/** @throws {Error} where there is none, which names those that there are */
export function named(kind: string, name: string): Resource {
  const all = ofKind(kind)
  const found = all.find((one) => one.name === name)
  if (found) return found
  throw new Error(`no ${kind} is called ${name}: ${all.map((one) => one.name).join(', ')}`)
}

const values = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())
const Document = z.object({
  Statement: z.array(
    z.object({
      Sid: z.string().optional(),
      Effect: z.enum(['Allow', 'Deny']),
      Principal: z.union([z.literal('*'), z.record(z.string(), values)]).optional(),
      Action: values,
      Resource: values.default([]),
      Condition: z.record(z.string(), z.record(z.string(), values)).default({}),
    }),
  ),
})

export type Statement = z.infer<typeof Document>['Statement'][number]

/** The statements of a policy document as it is rendered; one value or several, always as a list. */
export function statementsOf(document: unknown): readonly Statement[] {
  return Document.parse(document).Statement
}

/**
 * One statement of a role's policy.
 *
 * @throws {Error} where there is none
 */
export function statementOf(policy: string, sid: string): Statement {
  const found = statementsOf(named('RolePolicy', policy).inputs.policy).find(({ Sid }) => Sid === sid)
  if (found) return found
  throw new Error(`${policy} has no statement ${sid}`)
}
