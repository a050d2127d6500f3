import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * What `npx meridian diff` costs: on fleets of 30 and of 10,000 clusters in a git repository of their own, between
 * two commits, the whole command with its start-up and every git that it runs.
 *
 *   npm run bench:diff -- [--clusters 30,10000] [--repeats 3]
 */
const root = join(import.meta.dirname, '..')
const meridian = [process.execPath, join(root, 'bin/meridian.ts')]
const { values } = parseArgs({
  options: { clusters: { type: 'string', default: '30,10000' }, repeats: { type: 'string', default: '3' } },
})

/** What a pull request does to the rendered tree; `undefined` for a file: it stays. */
const cases: Readonly<Record<string, (path: string, text: string) => string | undefined>> = {
  'nothing differs': () => undefined,
  'one image, in every variant of an app': (path, text) =>
    /apps\/router\/.*statefulset/.test(path) ? text.replace(/router:[^@]+@/, 'router:9.9.9@') : undefined,
  "a chart's version, in every cluster's list": (path, text) =>
    path.endsWith('applications.yaml')
      ? text.replace(/targetRevision: v1\.21\.2/g, 'targetRevision: v1.21.3')
      : undefined,
  "a line in every cluster's identities": (path, text) =>
    path.endsWith('identity.yaml') ? text.replaceAll('"tier":', '"mesh": "on",\n      "tier":') : undefined,
  "a line in every node's birth": (path, text) =>
    /clusters\/.*\/node\//.test(path)
      ? text.replace('disable_root: true', 'disable_root: true\ntimezone: UTC')
      : undefined,
}

for (const clusters of values.clusters.split(',').map(Number)) {
  const dir = mkdtempSync(join(tmpdir(), 'meridian-bench-diff-'))
  try {
    bench(clusters, dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function bench(clusters: number, dir: string): void {
  run([...meridian, 'fleet', 'generate', '--clusters', String(clusters), '--out', join(dir, 'facts')])
  run([...meridian, 'synth', '--facts', join(dir, 'facts'), '--out', join(dir, 'rendered')])
  rmSync(join(dir, 'facts'), { recursive: true })
  git(dir, 'init', '--quiet', '--initial-branch', 'main')
  const base = commit(dir, 'base')
  print(
    `\n${clusters.toLocaleString('en')} clusters, ${files(join(dir, 'rendered')).length.toLocaleString('en')} files; load ${loadavg()[0]?.toFixed(1)}`,
  )
  print(`${'what differs'.padEnd(46)} files   CPU s  wall s`)
  for (const [title, change] of Object.entries(cases)) {
    const changed = edit(join(dir, 'rendered'), change)
    const head = changed > 0 ? commit(dir, title) : base
    const costs = Array.from({ length: Number(values.repeats) }, () => measure(dir, base, head))
    const best = costs.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[Math.floor((costs.length - 1) / 2)]
    print(
      `${title.padEnd(46)} ${String(changed).padStart(5)} ${best?.cpuSeconds.toFixed(2).padStart(7)} ${best?.wallSeconds.toFixed(2).padStart(7)}`,
    )
    if (changed > 0) git(dir, 'checkout', '--quiet', base, '--', 'rendered')
  }
}

/** User and system time of the command and of all that it started, as the shell's `times` accounts for it. */
function measure(dir: string, base: string, head: string): { cpuSeconds: number; wallSeconds: number } {
  const command = [...meridian, 'diff', '--repository', dir, '--base', base, '--head', head, '--json']
  const start = performance.now()
  const { stdout, status } = spawnSync('sh', ['-c', '"$@" > /dev/null && times', 'sh', ...command], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${command.join(' ')} failed`)
  const wallSeconds = (performance.now() - start) / 1000
  const children = stdout.split('\n')[1] ?? ''
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  )
  return { cpuSeconds, wallSeconds }
}

function edit(dir: string, change: (path: string, text: string) => string | undefined): number {
  let changed = 0
  for (const path of files(dir)) {
    const text = readFileSync(path, 'utf8')
    const after = change(path, text)
    if (after === undefined || after === text) continue
    writeFileSync(path, after)
    changed++
  }
  return changed
}

function files(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((path) => join(dir, path))
    .filter((path) => statSync(path).isFile())
}

function commit(dir: string, message: string): string {
  git(dir, 'add', '--all', 'rendered')
  git(
    dir,
    '-c',
    'user.name=bench',
    '-c',
    'user.email=bench@meridian.example',
    'commit',
    '--quiet',
    '--message',
    message,
  )
  return git(dir, 'rev-parse', 'HEAD').trim()
}

function git(dir: string, ...args: readonly string[]): string {
  return run(['git', '-C', dir, '-c', 'gc.auto=0', ...args])
}

function run([command = '', ...args]: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
  return stdout
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
