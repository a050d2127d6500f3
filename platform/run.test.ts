import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import test from 'ava'
import { checkSecrets, chosen } from './run/check.ts'
import { type Pulumi, pulumiAt } from './run/pulumi.ts'
import { inSequence } from './run/sequence.ts'
import { run } from './run.ts'
import { PlatformError, type Stack } from './stack.ts'
import { stacks } from './stacks.ts'

/** What the command said, and how it ended. */
async function runs(...argv: readonly string[]) {
  const lines: string[] = []
  const code = await run(argv, (line) => lines.push(line))
  return { code, text: lines.join('\n') }
}

/** A folder for the stacks' files. */
function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'meridian-test-')), 'platform')
  mkdirSync(folder)
  writeFileSync(join(dirname(folder), 'package.json'), '{"dependencies":{"@pulumi/pulumi":"3.1.4"}}')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/**
 * A fake in place of Pulumi's command, which set-up does not install: it writes down how it was called, and ends as the
 * script says.
 */
function fakePulumi(t: { teardown(after: () => void): void }, script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  const file = join(folder, 'pulumi')
  writeFileSync(file, `#!/bin/sh\necho "$PWD $*" >> ${folder}/calls\n${script}\n`)
  chmodSync(file, 0o755)
  const before = process.env.PATH
  process.env.PATH = `${folder}${delimiter}${before}`
  t.teardown(() => {
    process.env.PATH = before
    rmSync(folder, { recursive: true })
  })
  return () =>
    existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : []
}

test.serial('help says what there is, in which order, and needs nothing', async (t) => {
  const { code, text } = await runs('--help')
  t.is(code, 0)
  for (const verb of ['check', 'init', 'preview', 'up', 'refresh'])
    t.regex(text, new RegExp(`^ {2}${verb} `, 'm'))
  t.true(text.includes(stacks.map(({ name }) => name).join(' → ')))
})

test.serial(
  'a wrong verb, stack or option is one line with the way to mend it, and nothing is begun',
  async (t) => {
    const calls = fakePulumi(t, 'exit 0')
    for (const [argv, says] of [
      [['destroy'], /^✗ .*there is no verb destroy\n.*check, init, preview, up, refresh/],
      [[], /^✗ .*no verb is given/],
      [['up', 'aws-mars'], /^✗ .*no stack is called aws-mars\n.*the stacks are: aws-core/],
      [['up', '--force'], /^✗ .*--force/],
    ] as const) {
      const { code, text } = await runs(...argv)
      t.is(code, 2)
      t.regex(text, says)
    }
    t.deepEqual(calls(), [])
  },
)

test.serial('a stack that was never initialised is not begun', async (t) => {
  const calls = fakePulumi(t, 'exit 0')
  const { code, text } = await runs('up', 'vault', '--yes')
  t.is(code, 2)
  t.regex(text, /✗ platform\/Pulumi\.vault\.yaml: is not there\n.*npm run platform -- init vault/)
  t.deepEqual(calls(), [])
})

test('stacks are brought up in the order of their needs, whatever order they are named in', (t) => {
  t.deepEqual(chosen([]), stacks)
  t.deepEqual(
    chosen(['aws-watch', 'vault', 'aws-core']).map(({ name }) => name),
    ['aws-core', 'aws-watch', 'vault'],
  )
})

const guarded: Stack = { name: 'guarded', program: 'x', needs: [], reads: [], secrets: ['token'] }

test('a secret that is missing, or that is there for everybody to read, is refused', (t) => {
  const refused = (text: string) =>
    t.throws(() => checkSecrets(guarded, project({ 'Pulumi.guarded.yaml': text })), {
      instanceOf: PlatformError,
    }).message
  t.regex(
    refused(''),
    /the secret token is missing\n.*pulumi config set --secret --stack guarded meridian:token/,
  )
  t.regex(refused('config: { meridian:other: { secure: abc } }'), /the secret token is missing/)
  t.regex(
    refused('config: { meridian:token: hunter2 }'),
    /token is not encrypted\n.*replace it at its source/,
  )
  t.notRegex(refused('config: { meridian:token: hunter2 }'), /hunter2/)
  t.regex(refused('config: { meridian:token: { user: a, password: b } }'), /token is not encrypted/)
  t.regex(refused('config: [1]'), /Pulumi\.guarded\.yaml/)
  t.notThrows(() =>
    checkSecrets(guarded, project({ 'Pulumi.guarded.yaml': 'config: { meridian:token: { secure: abc } }' })),
  )
})

test.serial('where Pulumi is not installed it says how to, with the version that is tested', (t) => {
  const path = process.env.PATH
  process.env.PATH = '/nowhere'
  t.teardown(() => {
    process.env.PATH = path
  })
  const error = t.throws(() => pulumiAt(project(), 'awskms://x'), { instanceOf: PlatformError })
  t.regex(error.message, /not installed\n.*https:\/\/get\.pulumi\.com \| sh -s -- --version 3\.1\.4/)
})

test.serial('a Pulumi that does not know its state is told so before anything else', (t) => {
  const calls = fakePulumi(t, 'exit 255')
  const error = t.throws(() => pulumiAt(project(), 'awskms://x'), { instanceOf: PlatformError })
  t.regex(error.message, /pulumi login s3:\/\//)
  t.is(calls().length, 1)
})

test.serial("Pulumi's own commands are run in the project's folder, and their end is ours", (t) => {
  const calls = fakePulumi(t, 'case "$*" in *bad*) exit 3;; esac; exit 0')
  const folder = project({ 'Pulumi.old.yaml': '' })
  const pulumi = pulumiAt(folder, 'awskms://alias/pulumi?region=eu-west-1')
  t.true(pulumi.initialised('old'))
  t.false(pulumi.initialised('new'))
  t.is(pulumi.init('new'), 0)
  t.is(pulumi.run('up', 'old', ['--yes', '--diff']), 0)
  t.is(pulumi.run('preview', 'bad', []), 3)
  t.deepEqual(calls(), [
    `${folder} whoami --non-interactive`,
    `${folder} stack init new --secrets-provider awskms://alias/pulumi?region=eu-west-1`,
    `${folder} up --stack old --yes --diff`,
    `${folder} preview --stack bad`,
  ])
})

test('the first stack that fails ends the run, which says what was not begun', (t) => {
  const order: string[] = []
  const lines: string[] = []
  const fake: Pulumi = {
    initialised: () => true,
    init: () => 0,
    run(_verb, stack) {
      order.push(stack)
      return stack === 'aws-eu-west-1' ? 255 : 0
    },
  }
  const list = chosen(['aws-core', 'aws-eu-west-1', 'aws-edge', 'aws-watch'])
  t.is(
    inSequence('up', list, fake, [], (line) => lines.push(line)),
    1,
  )
  t.deepEqual(order, ['aws-core', 'aws-eu-west-1'])
  t.deepEqual(lines, [
    '[1/4] up aws-core',
    '[2/4] up aws-eu-west-1',
    '✗ up aws-eu-west-1 failed; not begun: aws-edge, aws-watch',
  ])
  t.is(
    inSequence('up', chosen(['vault']), fake, [], () => {}),
    0,
  )
})
