import { join } from 'node:path'
import * as pulumi from '@pulumi/pulumi'
import { loadFleet } from '../clusters/fleet.ts'
import { declareStack } from './context.ts'
import { PlatformError } from './stack.ts'
import { stackNamed } from './stacks.ts'

/** What `pulumi preview` and `pulumi up` run: the program of the chosen stack, on the facts. */
const stack = stackNamed(pulumi.getStack())
const config = new pulumi.Config('meridian')
const missing = (stack.secrets ?? []).find((name) => config.getSecret(name) === undefined)
if (missing !== undefined) {
  throw new PlatformError(
    `platform/Pulumi.${stack.name}.yaml`,
    `the stack's config has no ${missing}`,
    `pulumi config set --secret --stack ${stack.name} meridian:${missing}`,
  )
}
const references = new Map(
  stack.needs.map((name) => [
    name,
    new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${name}`),
  ]),
)

/** What other stacks read by `context.output`. */
export const outputs = await declareStack(stack, loadFleet(join(import.meta.dirname, '../clusters')), {
  output: (from, name) =>
    pulumi.output(references.get(from)?.requireOutput('outputs')).apply((all: Record<string, string>) => {
      const value = all[name]
      if (value !== undefined) return value
      throw new PlatformError(`stack ${from}`, `it gives no ${name}`, `pulumi up --stack ${from} comes first`)
    }),
  secret: (name) => config.requireSecret(name),
})
