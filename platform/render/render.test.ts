import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import test from 'ava'
import { loadFleet } from '../../clusters/fleet.ts'
import { PlatformError, type Stack } from '../stack.ts'
import { stackNamed } from '../stacks.ts'
import { renderStack } from './render.ts'

const platform = dirname(import.meta.dirname)
const fleet = loadFleet(join(platform, '../clusters'))
// The compiler finds programs below platform/ alone; the cache is ignored by git and by every other test.
const cache = join(platform, '../.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'render-test-'))
test.after.always(() => rmSync(folder, { recursive: true, force: true }))

/** A stack whose program is this text; `aws`, `pulumi`, `vault` and `context` are at hand. */
function stackOf(name: string, body: string, more: Partial<Stack> = {}): Stack {
  const program = join(folder, name)
  mkdirSync(program)
  writeFileSync(
    join(program, 'program.ts'),
    `import * as aws from '@pulumi/aws'\nimport * as pulumi from '@pulumi/pulumi'\nvoid aws, pulumi\nexport const declare = (context) => {\n${body}\n}\n`,
  )
  return {
    name,
    program: `../.cache/${basename(folder)}/${name}`,
    needs: ['core'],
    reads: ['platform'],
    ...more,
  }
}

async function inputsOf(stack: Stack, resource: string): Promise<Readonly<Record<string, unknown>>> {
  const { resources } = await renderStack(stack, fleet)
  const found = resources.find(({ name }) => name === resource)
  if (!found)
    throw new Error(`nothing is called ${resource}: ${resources.map(({ name }) => name).join(', ')}`)
  return found.inputs
}

test.serial('a secret is not shown, however deep it lies and whatever it was made into', async (t) => {
  const stack = stackOf(
    'secrets',
    `const token = context.secret('token')
     const made = (name, value) => new aws.ssm.Parameter(name, { type: 'SecureString', name, value })
     made('plain', token)
     made('joined', pulumi.interpolate\`Bearer \${token}\`)
     made('json', pulumi.jsonStringify({ token }))
     new aws.lambda.Function('deep', { role: 'r', environment: { variables: { TOKEN: token, OTHER: 'seen' } } })
     new aws.sns.Topic('list', { tags: { a: token.apply((text) => text.toUpperCase()) } })
     const first = made('first', token)
     made('second', first.value)
     return { token }`,
    { secrets: ['token'] },
  )
  const graph = await renderStack(stack, fleet)
  t.notRegex(JSON.stringify(graph), /<?secret>? token/i)
  t.deepEqual(graph.outputs, { token: `\${secret}` })
  t.deepEqual((await inputsOf(stack, 'deep')).environment, {
    variables: { TOKEN: `\${secret}`, OTHER: 'seen' },
  })
  const { value } = await inputsOf(stack, 'joined')
  t.is(value, `\${secret}`)
})

test.serial('what only the cloud will know is a reference, and so is what another stack gives', async (t) => {
  const stack = stackOf(
    'references',
    `const bucket = new aws.s3.Bucket('models', { bucket: 'meridian-models' })
     const policy = pulumi.jsonStringify({ Statement: [{ Resource: pulumi.interpolate\`\${bucket.arn}/*\` }] })
     new aws.s3.BucketPolicy('models-policy', { bucket: bucket.id, policy })
     new aws.s3.Bucket('other', { bucket: context.output('core', 'name') })
     return { arn: bucket.arn, name: bucket.bucket }`,
  )
  t.deepEqual(await inputsOf(stack, 'models-policy'), {
    bucket: `\${models.id}`,
    policy: { Statement: [{ Resource: `\${models.arn}/*` }] },
  })
  t.is((await inputsOf(stack, 'other')).bucket, `\${core.outputs.name}`)
  t.deepEqual((await renderStack(stack, fleet)).outputs, { arn: `\${models.arn}`, name: 'meridian-models' })
})

test.serial('outputs are complete, however long the way to them is', async (t) => {
  const stack = stackOf(
    'long',
    `let last = new aws.sns.Topic('topic-0', {})
     for (let n = 1; n < 20; n += 1) last = new aws.sns.Topic(\`topic-\${n}\`, { displayName: last.arn })
     return { last: last.arn.apply((arn) => Promise.resolve(arn)).apply((arn) => \`\${arn}!\`) }`,
  )
  t.deepEqual((await renderStack(stack, fleet)).outputs, { last: `\${topic-19.arn}!` })
})

test.serial('how a resource is placed is shown: component, provider, protection, order', async (t) => {
  const stack = stackOf(
    'placed',
    `const provider = new aws.Provider('eu-west-1', { region: 'eu-west-1' })
     class Store extends pulumi.ComponentResource {
       constructor() { super('meridian:Store', 'store', {}, { providers: [provider] }) }
     }
     const parent = new Store()
     const first = new aws.sns.Topic('first', {}, { parent, protect: true })
     new aws.sns.Topic('second', {}, { provider, dependsOn: [first] })
     return {}`,
  )
  const { resources } = await renderStack(stack, fleet)
  const placed = (name: string) => {
    const { inputs, ...options } = resources.find((one) => one.name === name) ?? { inputs: {} }
    return options
  }
  t.deepEqual(placed('store'), { type: 'meridian:Store', name: 'store' })
  t.deepEqual(placed('first'), {
    type: 'aws:sns/topic:Topic',
    name: 'first',
    parent: 'store',
    provider: 'eu-west-1',
    protect: true,
  })
  t.deepEqual(placed('second'), {
    type: 'aws:sns/topic:Topic',
    name: 'second',
    provider: 'eu-west-1',
    dependsOn: ['first'],
  })
})

test.serial('two resources of a name are refused, of one kind or of two', async (t) => {
  for (const [name, kind] of [
    ['same', 'Topic'],
    ['unlike', 'TopicPolicy'],
  ]) {
    const stack = stackOf(
      name ?? '',
      `new aws.sns.Topic('alerts', {})
       new aws.sns.${kind}('alerts', { arn: 'a', policy: '{}' })
       return {}`,
    )
    const error = await t.throwsAsync(renderStack(stack, fleet), { instanceOf: PlatformError })
    t.regex(error.message, new RegExp(`two resources of ${name} are called alerts`))
  }
})

test.serial('names over the limit of their service are refused, all at once', async (t) => {
  const stack = stackOf(
    'limits',
    `new aws.s3.Bucket('a', { bucket: 'b'.repeat(64) })
     new aws.s3.Bucket('fits', { bucket: 'b'.repeat(63) })
     new aws.lb.LoadBalancer('b', { name: 'l'.repeat(33) })
     return {}`,
  )
  const error = await t.throwsAsync(renderStack(stack, fleet), { instanceOf: PlatformError })
  t.regex(
    error.message,
    /b: name "l+" has 33 characters, 32 are allowed\n {2}a: bucket "b+" has 64 characters, 63 are allowed/,
  )
  t.notRegex(error.message, /fits/)
})

test.serial('a fault in a program ends the run with it, and nothing hangs', async (t) => {
  const stack = stackOf('fault', `new aws.sns.Topic('one', {})\nthrow new RangeError('no such thing')`)
  await t.throwsAsync(renderStack(stack, fleet), { instanceOf: RangeError, message: 'no such thing' })
})

test.serial('a graph is the same, byte for byte, on a second run and in another process', async (t) => {
  for (const name of ['aws-watch', 'github']) {
    const stack = stackNamed(name)
    const first = JSON.stringify(await renderStack(stack, fleet))
    t.is(JSON.stringify(await renderStack(stack, fleet)), first, name)
    const other = `
      import { loadFleet } from ${JSON.stringify(join(platform, '../clusters/fleet.ts'))}
      import { renderStack } from ${JSON.stringify(join(platform, 'render/render.ts'))}
      import { stackNamed } from ${JSON.stringify(join(platform, 'stacks.ts'))}
      const fleet = loadFleet(${JSON.stringify(join(platform, '../clusters'))})
      process.stdout.write(JSON.stringify(await renderStack(stackNamed(${JSON.stringify(name)}), fleet)))`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', other], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      env: { ...process.env, TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    })
    t.is(stdout, first, name)
  }
})

test.serial('resources are sorted, and so is all that is in them', async (t) => {
  const { resources } = await renderStack(stackNamed('aws-watch'), fleet)
  const ids = resources.map(({ type, name }) => `${type} ${name}`)
  t.deepEqual(
    ids,
    ids.toSorted((a, b) => (a < b ? -1 : 1)),
  )
  const keysSorted = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.every(keysSorted)
    if (typeof value !== 'object' || value === null) return true
    const keys = Object.keys(value)
    return keys.join() === keys.toSorted().join() && Object.values(value).every(keysSorted)
  }
  for (const { name, inputs } of resources) t.true(keysSorted(inputs), name)
})
