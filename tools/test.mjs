#!/usr/bin/env node
// Runs every check of the project, each as one test, and every ava test; ends with `N passed, N failed`.
// With paths it runs those ava files alone: node tools/test.mjs synth/validate.test.ts
// With --e2e it runs what needs real control planes instead, and builds those first.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { installEngines } from './debian.mjs'
import { runWithProgress } from './setup/progress.mjs'
import { explain, setUp } from './setup.mjs'
import { tapReader } from './test/tap.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules/.bin')
const checks = [
  { name: 'lint and format', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'rendered/ is what the sources give', command: ['node', 'bin/meridian.ts', 'synth', '--check'] },
]

const e2e = process.argv[2] === '--e2e'
const paths = process.argv.slice(e2e ? 3 : 2)
const total = { passed: 0, failed: 0, todo: 0, skipped: 0 }
/** Said again at the end. */
const failures = []
let running

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    running?.kill('SIGTERM')
    process.exit(130)
  })
}
try {
  await setUp()
  if (e2e) {
    const build = [join(bin, 'node'), 'ops/engines/build.ts', 'control-plane']
    await runWithProgress('engines of the control plane', build, { cwd: root })
    await runAva(['--config', 'ava.e2e.config.js', ...paths])
  } else {
    installEngines(console.log)
    if (paths.length === 0) for (const check of checks) await runCheck(check)
    await runAva(paths)
  }
} catch (error) {
  total.failed += 1
  explain(error)
}
if (failures.length > 0) console.log(`failed:\n${failures.join('\n')}\n`)
if (total.todo + total.skipped > 0) console.log(`${total.skipped} skipped, ${total.todo} to do`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 ? 1 : 0

async function runCheck({ name, command: [program, ...args] }) {
  console.log(`\n${name}`)
  const started = performance.now()
  running = spawn(join(bin, program), args, { cwd: root, stdio: 'inherit' })
  const status = await exitOf(running)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (status === 0) total.passed += 1
  else {
    total.failed += 1
    failures.push(`  ✗ ${name}`)
  }
  console.log(status === 0 ? `  ✓ ${name}  ${seconds} s` : `  ✗ ${name}  exit ${status}, ${seconds} s`)
}

async function runAva(args) {
  console.log('\ntests')
  const started = performance.now()
  const { counts, failures: failed, read } = tapReader((line) => console.log(line))
  const ava = spawn(
    join(bin, 'node'),
    [join(root, 'node_modules/ava/entrypoints/cli.js'), '--tap', ...args],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  running = ava
  const exit = exitOf(ava)
  for await (const line of createInterface({ input: ava.stdout })) read(line)
  const status = await exit
  // Ava fails without a failed test where a file has none, or crashes.
  if (status !== 0 && counts.failed === 0) {
    console.log(`  ✗ ava ended with ${status}`)
    counts.failed += 1
  }
  if (counts.passed + counts.failed === 0) {
    console.log('  ✗ no test ran')
    counts.failed += 1
  }
  failures.push(...failed)
  for (const [kind, count] of Object.entries(counts)) total[kind] += count
  console.log(`  ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
}

function exitOf(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
}
