#!/usr/bin/env node
// Brings a fresh checkout to where every command works: dependencies, engines, schemas. What is there
// already costs milliseconds. Plain JavaScript without dependencies, since it runs before there are any and
// on whatever Node the machine has.
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dependenciesInstalled, installDependencies } from './setup/dependencies.mjs'
import { hashOf } from './setup/inputs.mjs'
import { withLock } from './setup/lock.mjs'
import { CommandError, runWithProgress } from './setup/progress.mjs'
import { checkNode, checkTools, RequirementError } from './setup/requirements.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const node = join(root, 'node_modules/.bin/node')
const engines = ['kubeconform', 'config-schemas', 'policy-evaluator', 'actionlint', 'gitleaks']

const steps = [
  {
    name: 'dependencies',
    mend: 'Look at what npm says above; is the registry in reach? Then run this again.',
    done: () => dependenciesInstalled(root),
    run: () => installDependencies(root),
  },
  stamped({
    name: 'engines',
    mend: 'Look at what Go says above; is the module proxy (go env GOPROXY) in reach? Then run this again.',
    command: [node, 'ops/engines/build.ts', ...engines],
    inputs: [
      'ops/engines/build.ts',
      'ops/engines/cache.ts',
      'ops/engines/engines.ts',
      'ops/engines/kubeconform',
      'ops/engines/actionlint',
      'ops/engines/gitleaks',
      'ops/engines/config-schemas',
      'policies/evaluator',
    ],
    outputs: engines.map((engine) => `.cache/bin/${engine}`),
  }),
  stamped({
    name: 'schemas',
    mend: 'Is the module proxy (go env GOPROXY) in reach? Then run this again.',
    command: [node, 'ops/engines/schemas.ts'],
    inputs: ['ops/engines/crds', 'ops/engines/config-schemas', ...schemaMakers()],
    outputs: ['.cache/schemas/current/index.json'],
  }),
]

/**
 * Sets up what is missing, and says on stderr what it does; silent where nothing is missing.
 * @throws {RequirementError | CommandError}
 */
export async function setUp() {
  checkNode(process.versions.node)
  if (steps.every((step) => step.done())) return
  checkTools()
  const waiting = (owner) => say(`… waiting for another set-up (process ${owner})`)
  await withLock(join(root, '.cache/setup/lock'), waiting, async () => {
    for (const step of steps) {
      if (step.done()) continue
      const started = performance.now()
      try {
        await step.run()
      } catch (error) {
        throw Object.assign(error, { step: step.name, mend: error.mend ?? step.mend })
      }
      say(`✓ ${step.name}  ${((performance.now() - started) / 1000).toFixed(1)} s`)
    }
  })
}

/**
 * Prints why set-up failed: the tool's last lines, and what to do.
 * @param {unknown} error
 * @returns {number} the exit code: 2
 */
export function explain(error) {
  if (error instanceof CommandError || error instanceof RequirementError) {
    if (error.tail) say(error.tail.replaceAll(/^/gm, '  '))
    say(`✗ set-up${error.step ? ` of ${error.step}` : ''}: ${error.message}`)
    say(`  ${error.mend}`)
  } else {
    say(`✗ set-up: ${error?.stack ?? error}`)
  }
  return 2
}

/** A step that is done as long as its inputs have the content of its last good run, and its outputs exist. */
function stamped({ name, mend, command, inputs, outputs }) {
  const stamp = join(root, '.cache/setup', name)
  return {
    name,
    mend,
    done: () =>
      existsSync(stamp) &&
      outputs.every((output) => existsSync(join(root, output))) &&
      readFileSync(stamp, 'utf8') === hashOf(root, inputs),
    run: async () => {
      // Taken before the run: an input that changes meanwhile makes it run again.
      const hash = hashOf(root, inputs)
      await runWithProgress(name, command, { cwd: root })
      mkdirSync(dirname(stamp), { recursive: true })
      writeFileSync(stamp, hash)
    },
  }
}

function schemaMakers() {
  const files = ['build', 'cache', 'crd-schemas', 'engines', 'kubernetes-schemas', 'modules', 'schemas']
  return [...files, 'sources', 'strict'].map((file) => `ops/engines/${file}.ts`)
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
  setUp().catch((error) => {
    process.exitCode = explain(error)
  })
}
