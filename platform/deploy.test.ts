import * as pulumi from '@pulumi/pulumi'
import test from 'ava'
import { PlatformError } from './stack.ts'

/** What Pulumi's engine would be told: the program of deploy.ts, under mocks, for a stack and its config. */
async function deployment(stack: string, config: Record<string, string>, outputs: Record<string, string>) {
  const declared: {
    readonly type: string
    readonly name: string
    readonly inputs: Record<string, unknown>
  }[] = []
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        declared.push({ type, name, inputs })
        const state = type === 'pulumi:pulumi:StackReference' ? { outputs: { outputs } } : inputs
        return { id: name, state }
      },
      call: ({ inputs }) => inputs,
    },
    'meridian',
    stack,
    false,
    'meridian-example',
  )
  pulumi.runtime.setAllConfig(config, Object.keys(config))
  // The engine runs a program once a process: each run here is a module of its own.
  const program = new URL(`./deploy.ts?${stack}-${Object.keys(config).length}`, import.meta.url)
  return {
    declared,
    /** The module alone, as far as it gets. */
    load: () => import(program.href),
    async up() {
      await pulumi.runtime.runInPulumiStack(() => import(program.href))
      await pulumi.runtime.disconnect()
    },
  }
}

test.serial('a stack without its secret is not begun, and says how to set it', async (t) => {
  const { load, declared } = await deployment('aws-watch', {}, {})
  const error = await t.throwsAsync(load, { instanceOf: PlatformError })
  t.deepEqual(declared, [])
  t.regex(
    error.message,
    /platform\/Pulumi\.aws-watch\.yaml: the stack's config has no pagerDutyIntegrationUrl/,
  )
  t.regex(error.mend, /pulumi config set --secret --stack aws-watch meridian:pagerDutyIntegrationUrl/)
})

test.serial('a stack that there is not is not begun', async (t) => {
  const { load } = await deployment('production', {}, {})
  await t.throwsAsync(load, {
    instanceOf: PlatformError,
    message: /no stack is called production/,
  })
})

test.serial('a stack reads the outputs of those that it needs', async (t) => {
  const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-1']
  const outputs = Object.fromEntries(
    regions.flatMap((region) => [
      [`modelsBucket.${region}`, `bucket-in-${region}`],
      [`modelsKey.${region}`, `models-key-in-${region}`],
      [`logsKey.${region}`, `logs-key-in-${region}`],
    ]),
  )
  const { declared, up } = await deployment('aws-models', {}, outputs)
  await up()
  t.deepEqual(
    declared.filter(({ type }) => type === 'pulumi:pulumi:StackReference').map(({ name }) => name),
    ['meridian-example/meridian/aws-core'],
  )
  for (const region of regions) {
    const configuration = declared.find(({ name }) => name === `configuration-${region}`)
    t.is(configuration?.inputs.kmsKeyArn, `models-key-in-${region}`)
  }
})
