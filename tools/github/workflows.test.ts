import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'timeout-minutes'?: number
  readonly environment?: string
  readonly steps: readonly Step[]
}
/** A job that is a workflow of ours: what it may, does and is asked stands there. */
interface Call {
  readonly uses: string
  readonly permissions?: Readonly<Record<string, string>>
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions?: unknown
  readonly concurrency?: unknown
  readonly jobs: Readonly<Record<string, Job | Call>>
}

const root = join(import.meta.dirname, '../..')
const files = globSync('.github/workflows/*.yml', { cwd: root }).toSorted()
const read = (file: string) => readFileSync(join(root, file), 'utf8')
// actionlint, below, says that the files are of this shape.
const workflow = (file: string): Workflow => parse(read(file))
const entries = files.flatMap((file) =>
  Object.entries(workflow(file).jobs).map(([id, job]) => ({ place: `${basename(file)}: ${id}`, job })),
)
const jobs = entries.flatMap(({ place, job }) => ('uses' in job ? [] : [{ place, job }]))
const jobsOf = (file: string): readonly Job[] =>
  Object.values(workflow(file).jobs).flatMap((job) => ('uses' in job ? [] : [job]))
const faults = (faulty: (job: Job) => boolean) =>
  jobs.filter(({ job }) => faulty(job)).map(({ place }) => place)
/** The jobs that run what a pull request brings. */
const untrusted = jobsOf('.github/workflows/pull-request.yml')

function actionlint(cwd: string, ...args: readonly string[]) {
  // Whether shellcheck is on the machine must not decide about the verdict.
  return spawnSync(
    join(root, '.cache/bin/actionlint'),
    ['-no-color', '-shellcheck=', '-pyflakes=', ...args],
    {
      cwd,
      encoding: 'utf8',
    },
  )
}

test('actionlint finds nothing in any workflow', (t) => {
  t.true(files.length >= 6)
  const { status, stdout, stderr } = actionlint(root, ...files)
  t.is(stdout + stderr, '')
  t.is(status, 0)
})

test('actionlint is asked for real: it finds an expression that can be no such thing', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  mkdirSync(join(folder, '.github/workflows'), { recursive: true })
  const text = read('.github/workflows/promote.yml').replace(
    'needs.waves.outputs.waves',
    'needs.wave.outputs.waves',
  )
  writeFileSync(join(folder, '.github/workflows/promote.yml'), text)
  const { status, stdout } = actionlint(folder, '.github/workflows/promote.yml')
  t.is(status, 1)
  t.regex(stdout, /property "wave" is not defined/)
})

test('every action is pinned by its commit and says its version, the same everywhere', (t) => {
  const pins = new Map<string, Set<string>>()
  for (const file of [...files, ...globSync('.github/actions/*/action.yml', { cwd: root })]) {
    for (const [, uses = ''] of read(file).matchAll(/^\s*(?:- )?uses: (.+)$/gm)) {
      if (uses.startsWith('./.github/')) continue
      const pin = /^([\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$/.exec(uses)
      t.truthy(pin, `${file}: ${uses}`)
      const [, action = '', commit = ''] = pin ?? []
      pins.set(action, new Set([...(pins.get(action) ?? []), commit]))
    }
  }
  t.true(pins.size > 5)
  for (const [action, commits] of pins) t.is(commits.size, 1, action)
})

test('a workflow has no permission, and every job says which it needs', (t) => {
  for (const file of files) t.deepEqual(workflow(file).permissions, {}, file)
  t.deepEqual(
    entries.filter(({ job }) => job.permissions === undefined).map(({ place }) => place),
    [],
  )
})

test('nobody writes to the contents of the repository with the token of a run', (t) => {
  t.deepEqual(
    entries.filter(({ job }) => job.permissions?.contents === 'write').map(({ place }) => place),
    [],
  )
})

test('every job ends in time', (t) => {
  t.deepEqual(
    faults((job) => job['timeout-minutes'] === undefined),
    [],
  )
})

test('no checkout leaves its credentials behind', (t) => {
  const leaves = ({ uses, with: inputs }: Step) =>
    uses?.startsWith('actions/checkout@') === true && inputs?.['persist-credentials'] !== false
  t.deepEqual(
    faults((job) => job.steps.some(leaves)),
    [],
  )
})

test('no value of an event, an input or a job is pasted into a script', (t) => {
  t.deepEqual(
    faults((job) => job.steps.some(({ run }) => run?.includes('${{') === true)),
    [],
  )
})

test('there is no secret: roles are taken by OIDC, and keys are in KMS', (t) => {
  for (const file of files) t.notRegex(read(file), /\bsecrets\.|aws-access-key-id|\bsecrets: inherit/, file)
})

test('a job that may take a role enters an environment, which lets only main in', (t) => {
  t.deepEqual(
    faults((job) => job.permissions?.['id-token'] === 'write' && job.environment === undefined),
    [],
  )
})

test('what runs the code of a pull request can read and nothing else', (t) => {
  t.true(untrusted.length > 5)
  for (const job of untrusted) t.deepEqual(job.permissions, { contents: 'read' })
})

test('what may write to a pull request runs none of its code', (t) => {
  for (const file of files) t.notRegex(read(file), /pull_request_target/, file)
  const answering = files.filter((file) => 'workflow_run' in workflow(file).on)
  t.deepEqual(answering, ['.github/workflows/pull-request-report.yml'])
  const steps = answering.flatMap((file) => jobsOf(file).flatMap((job) => job.steps))
  for (const { uses, with: inputs } of steps) {
    if (!uses?.startsWith('actions/checkout@')) continue
    t.is(inputs?.ref, undefined)
    t.is(inputs?.repository, undefined)
  }
})

test('where credentials are at hand no cache is, since a pull request may have filled it', (t) => {
  const cached = ({ uses, with: inputs }: Step) =>
    uses === './.github/actions/set-up' && inputs?.cache !== undefined && inputs.cache !== false
  t.deepEqual(
    faults((job) => job.permissions?.['id-token'] === 'write' && job.steps.some(cached)),
    [],
  )
})

test('runs of one kind wait for each other or replace each other', (t) => {
  for (const file of files) {
    const { concurrency, jobs: all } = workflow(file)
    const calls = Object.values(all).flatMap((job) => ('uses' in job ? [job.uses.slice(2)] : []))
    const waiting = [file, ...calls].flatMap(jobsOf).find((job) => 'concurrency' in job)
    t.truthy(concurrency ?? waiting, file)
  }
})

test('the Pulumi that deploys is the one that is tested', (t) => {
  const { dependencies } = JSON.parse(read('package.json'))
  const [, version] = /pulumi-version: (\S+)/.exec(read('.github/workflows/deploy-stage.yml')) ?? []
  t.is(version, dependencies['@pulumi/pulumi'])
})

test('the scripts that workflows run exist', (t) => {
  const named = files.flatMap((file) => [...read(file).matchAll(/\bnode ([\w./-]+\.(?:ts|mjs))/g)])
  t.true(named.length > 8)
  const missing = named.filter(([, script = '']) => globSync(script, { cwd: root }).length === 0)
  t.deepEqual(
    missing.map(([line]) => line),
    [],
  )
})

test('the cloud is brought up in as many stages as its stacks need, each after the one before', (t) => {
  const { jobs: all } = parse(read('.github/workflows/deploy-cloud.yml'))
  const { stdout } = spawnSync(process.execPath, ['platform/stages.ts'], { cwd: root, encoding: 'utf8' })
  const stages = stdout
    .trim()
    .split('\n')
    .map((line) => line.slice(0, line.indexOf('=')))
  t.true(stages.length > 3)
  t.deepEqual(Object.keys(all), ['stages', ...stages])
  t.deepEqual(Object.keys(all.stages.outputs), stages)
  for (const [index, stage] of stages.entries()) {
    const before = stages[index - 1]
    t.deepEqual([all[stage].needs].flat(), before === undefined ? ['stages'] : ['stages', before])
    t.is(all[stage].with.stacks, `\${{ needs.stages.outputs.${stage} }}`)
  }
})
