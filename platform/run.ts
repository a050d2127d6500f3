#!/usr/bin/env node
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadFleet } from '../clusters/fleet.ts'
import { check, chosen } from './run/check.ts'
import { type Pulumi, pulumiAt } from './run/pulumi.ts'
import { inSequence } from './run/sequence.ts'
import { PlatformError, type Stack } from './stack.ts'
import { stacks } from './stacks.ts'
import { stackFile } from './stages.ts'

const verbs = {
  check: 'render the stacks and say what is wrong with them; needs no credentials and no Pulumi',
  init: 'make each stack that has no file yet, and its file, which is to be committed',
  preview: 'show what `up` would change',
  up: 'bring the cloud to what the sources say; asks before each stack',
  refresh: 'take over what changed in the cloud, into the state alone',
} as const
type Verb = keyof typeof verbs

const help = `Brings up everything outside the clusters, stack by stack, by Pulumi's own commands.

Usage: npm run platform -- <verb> [stack…] [--yes] [-- options of Pulumi]

${Object.entries(verbs)
  .map(([verb, what]) => `  ${verb.padEnd(8)} ${what}`)
  .join('\n')}

Without a stack: all of them. The order is always that of their needs:
  ${stacks.map(({ name }) => name).join(' → ')}

  --yes    do not ask
  --help   this text

Pulumi must know where its state is (pulumi login s3://…, or PULUMI_BACKEND_URL), and each cloud's provider its
credentials. \`preview\` shows a stack in full only when those that it needs are up: their outputs are its inputs.

Exit codes: 0 done, 1 Pulumi failed, 2 wrong usage or sources, and nothing was begun.`

/**
 * @param argv `['preview', 'aws-core']`
 * @returns the exit code
 */
export async function run(argv: readonly string[], print: (line: string) => void): Promise<number> {
  try {
    const request = parse(argv)
    if (request === 'help') {
      print(help)
      return 0
    }
    const { verb, names, yes, options } = request
    const list = chosen(names)
    await check(list, { secrets: verb === 'up' || verb === 'preview' }, print)
    if (verb === 'check') return 0
    const { homeRegion } = loadFleet(join(import.meta.dirname, '../clusters')).platform
    const pulumi = pulumiAt(import.meta.dirname, `awskms://alias/pulumi?region=${homeRegion}`)
    if (verb === 'init') return init(list, pulumi, print)
    return inSequence(verb, list, pulumi, [...(yes ? ['--yes'] : []), ...options], print)
  } catch (error) {
    if (!(error instanceof Error && ['PlatformError', 'FactsError'].includes(error.name))) throw error
    print(`✗ ${error.message}`)
    return 2
  }
}

function parse(argv: readonly string[]) {
  const end = argv.indexOf('--')
  const [ours, options] = end < 0 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)]
  const { values, positionals } = understood(ours)
  const [verb, ...names] = positionals
  if (values.help) return 'help'
  if (verb === undefined || !isVerb(verb)) {
    const found = verb === undefined ? 'no verb is given' : `there is no verb ${verb}`
    throw new PlatformError(
      'npm run platform',
      found,
      `one of: ${Object.keys(verbs).join(', ')}; --help explains them`,
    )
  }
  return { verb, names, yes: values.yes === true, options }
}

function understood(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { yes: { type: 'boolean', short: 'y' }, help: { type: 'boolean', short: 'h' } },
    })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new PlatformError('npm run platform', message, "options of Pulumi's own come after another --")
  }
}

function isVerb(text: string): text is Verb {
  return Object.hasOwn(verbs, text)
}

function init(list: readonly Stack[], pulumi: Pulumi, print: (line: string) => void): number {
  const fresh = list.filter(({ name }) => !pulumi.initialised(name))
  for (const { name } of fresh) {
    print(`initialising ${name}`)
    const status = pulumi.init(name)
    if (status !== 0) return 1
  }
  print(
    fresh.length === 0
      ? 'Every stack has its file.'
      : `Commit ${fresh.map(({ name }) => `platform/${stackFile(name).split('/').at(-1)}`).join(', ')}`,
  )
  return 0
}

if (import.meta.main) process.exitCode = await run(process.argv.slice(2), (line) => console.error(line))
