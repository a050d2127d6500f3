import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { PlatformError } from '../stack.ts'
import { stackFile } from '../stages.ts'

/** Pulumi's command line, for the stacks of one project. */
export interface Pulumi {
  initialised(stack: string): boolean
  /** @returns its exit code */
  init(stack: string): number
  /** @returns its exit code */
  run(verb: 'preview' | 'up' | 'refresh', stack: string, options: readonly string[]): number
}

/**
 * @param project the folder of Pulumi.yaml
 * @param secretsProvider what encrypts the secrets in the stacks' files
 * @throws {PlatformError} where Pulumi is not installed, or does not know where its state is
 */
export function pulumiAt(project: string, secretsProvider: string): Pulumi {
  const pulumi = (args: readonly string[], stdio: 'inherit' | 'pipe' = 'inherit') =>
    spawnSync('pulumi', args, {
      cwd: project,
      stdio,
      encoding: 'utf8',
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: 'true' },
    })
  const { error, status } = pulumi(['whoami', '--non-interactive'], 'pipe')
  if (error) {
    throw new PlatformError(
      'pulumi',
      'the command is not installed',
      `curl -fsSL https://get.pulumi.com | sh -s -- --version ${version(project)}   (or: brew install pulumi/tap/pulumi)`,
    )
  }
  if (status !== 0) {
    throw new PlatformError(
      'pulumi',
      'it does not know where its state is',
      'pulumi login s3://BUCKET, or set PULUMI_BACKEND_URL',
    )
  }
  return {
    initialised: (stack) => existsSync(stackFile(stack, project)),
    init: (stack) => pulumi(['stack', 'init', stack, '--secrets-provider', secretsProvider]).status ?? 1,
    run: (verb, stack, options) => pulumi([verb, '--stack', stack, ...options]).status ?? 1,
  }
}

/** The version of Pulumi's own packages, which the command should have too. */
function version(project: string): string {
  const Package = z.object({ dependencies: z.object({ '@pulumi/pulumi': z.string() }) })
  const text = readFileSync(join(project, '../package.json'), 'utf8')
  return Package.parse(JSON.parse(text)).dependencies['@pulumi/pulumi']
}
