import { join } from 'node:path'
import { z } from 'zod'
import { type Fleet, loadFleet } from '../../../clusters/fleet.ts'
import type { RegionName } from '../../../clusters/schema.ts'
import { renderStack } from '../../render/render.ts'
import type { Graph, Resource } from '../../render/resource.ts'
import { stackNamed } from '../../stacks.ts'

export const fleet = loadFleet(join(import.meta.dirname, '../../../clusters'))

export function render(region: RegionName, facts: Fleet = fleet): Promise<Graph> {
  return renderStack(stackNamed(`aws-${region}`), facts)
}

export const virginia = await render('us-east-1')
export const ireland = await render('eu-west-1')
export const singapore = await render('ap-southeast-1')

/** With the region's name, for what holds in all of them. */
export const all = [
  ['us-east-1', virginia],
  ['eu-west-1', ireland],
  ['ap-southeast-1', singapore],
] as const satisfies readonly (readonly [RegionName, Graph])[]

/** `Listener` of `lb`: every resource of a kind, in the order of their names. */
export function ofKind({ resources }: Graph, service: string, kind: string): readonly Resource[] {
  return resources.filter(({ type }) => type.startsWith(`aws:${service}/`) && type.endsWith(`:${kind}`))
}

/** @throws {Error} where there is none, which names those that there are */
export function named(graph: Graph, service: string, kind: string, name: string): Record<string, unknown> {
  const found = ofKind(graph, service, kind)
  const one = found.find((resource) => resource.name === name)
  if (one) return one.inputs
  throw new Error(`no ${kind} is called ${name}: ${found.map((other) => other.name).join(', ')}`)
}

const values = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())
const Document = z.object({
  Statement: z.array(
    z.object({
      Effect: z.enum(['Allow', 'Deny']),
      Action: values,
      Resource: values.default([]),
      Condition: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
})

/** The statements of a role's policy as it is rendered; one value or several, always as a list. */
export function statementsOf(document: unknown) {
  return Document.parse(document).Statement
}

/** The facts with something else in cloud.yaml's `aws`. */
export function withAws(change: (aws: Fleet['cloud']['aws']) => Fleet['cloud']['aws']): Fleet {
  return { ...fleet, cloud: { ...fleet.cloud, aws: change(fleet.cloud.aws) } }
}
