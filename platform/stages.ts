import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from './stack.ts'
import { stacks } from './stacks.ts'

/** A stack as deploy-cloud.yml takes it. */
export interface Deployment {
  readonly stack: string
  /** The environment on GitHub that its run enters (platform/github/environments.ts). */
  readonly environment: string
}

/**
 * The stacks in stages: what a stack needs is in a stage before its own, so those of one stage are brought up at the
 * same time.
 *
 * @param ordered as `inOrder` gives them
 */
export function stagesOf(ordered: readonly Stack[]): readonly (readonly Stack[])[] {
  const stages: Stack[][] = []
  const stageOf = new Map<string, number>()
  for (const stack of ordered) {
    const stage = Math.max(-1, ...stack.needs.map((name) => stageOf.get(name) ?? -1)) + 1
    stageOf.set(stack.name, stage)
    stages[stage] = [...(stages[stage] ?? []), stack]
  }
  return stages
}

/** `cloud-aws` of `aws-core` and of every stack that begins so. */
export function environmentOf({ name }: Pick<Stack, 'name'>): string {
  return `cloud-${name.split('-')[0]}`
}

/** `platform/Pulumi.<stack>.yaml`: its key and its secrets, encrypted. A stack without one was never initialised. */
export function stackFile(stack: string, platform = import.meta.dirname): string {
  return join(platform, `Pulumi.${stack}.yaml`)
}

/** What is to be deployed, by stage: `stage-1` and on. Stacks that were never initialised are left out. */
export function deployments(platform?: string): Readonly<Record<string, readonly Deployment[]>> {
  return Object.fromEntries(
    stagesOf(stacks).map((stage, index) => [
      `stage-${index + 1}`,
      stage
        .filter(({ name }) => existsSync(stackFile(name, platform)))
        .map((stack) => ({ stack: stack.name, environment: environmentOf(stack) })),
    ]),
  )
}

// For deploy-cloud.yml, before anything is installed.
if (import.meta.main) {
  for (const [stage, list] of Object.entries(deployments())) console.log(`${stage}=${JSON.stringify(list)}`)
}
