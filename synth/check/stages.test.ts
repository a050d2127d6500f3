import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { admissionObjects } from '../../policies/admission.ts'
import { ruleWith } from '../../policies/rule.fixture.ts'
import type { Stage } from '../../policies/rule.ts'
import { SynthError } from '../errors.ts'
import { toYaml } from '../yaml.ts'
import { bindingIn, policyIn } from './bindings.ts'
import { type RenderedBinding, stageFindings } from './stages.ts'

const waves = ['canary', 'early', 'broad']

test('a rule that warned in every wave may deny', (t) => {
  const clone = repository(t, { canary: 'warn', early: 'deny', broad: 'warn' })
  t.deepEqual(stageFindings(bindings('deny'), waves, clone), { findings: [], notes: [] })
})

test('a rule that some wave never warned of may not deny, and each such wave is named', (t) => {
  const clone = repository(t, { canary: 'warn', early: 'audit', broad: 'none' })
  const { findings } = stageFindings(bindings('deny'), waves, clone)
  t.like(findings, [
    {
      rule: 'stage',
      severity: 'error',
      object: 'ValidatingAdmissionPolicyBinding meridian-no-plain-key',
      message: 'it denies, and has not warned in every wave: wave/early (Audit), wave/broad (not there)',
      source: 'policies/rules/no-plain-key.ts:3',
    },
  ])
})

test('a rule that denies by other expressions than it warned by is warned of; other words are no change', (t) => {
  const clone = repository(t, { canary: 'warn', early: 'warn', broad: 'deny' })
  const tighter = [{ cel: 'object.data.size() == 0', message: 'there is data' }]
  t.like(stageFindings(bindings('deny', { validations: tighter }), waves, clone).findings, [
    {
      rule: 'stage',
      severity: 'warning',
      message: 'it denies by expressions that have not been seen yet in wave/canary, wave/early, wave/broad',
    },
  ])
  const reworded = [{ cel: '!has(object.data.plain)', message: 'the key named plain is there' }]
  t.deepEqual(stageFindings(bindings('deny', { validations: reworded }), waves, clone).findings, [])
})

test('a rule that does not deny is not held to anything', (t) => {
  const clone = repository(t, { canary: 'none', early: 'none', broad: 'none' })
  for (const stage of ['audit', 'warn'] as const) {
    t.deepEqual(stageFindings(bindings(stage), waves, clone), { findings: [], notes: [] })
  }
})

test("a clone has the waves as origin's branches", (t) => {
  const origin = repository(t, { canary: 'warn', early: 'audit', broad: 'warn' })
  const clone = temporary(t)
  git(clone, 'clone', '--quiet', origin, '.')
  const { findings, notes } = stageFindings(bindings('deny'), waves, clone)
  t.deepEqual(notes, [])
  t.regex(findings[0]?.message ?? '', /wave: wave\/early \(Audit\)$/)
})

test('what is published counts before a branch of the same name that lies about locally', (t) => {
  const origin = repository(t, { canary: 'audit', early: 'warn', broad: 'warn' })
  const clone = temporary(t)
  git(clone, 'clone', '--quiet', origin, '.')
  git(clone, 'branch', 'wave/canary', 'origin/wave/broad')
  t.is(stageFindings(bindings('deny'), waves, clone).findings.length, 1)
})

test('waves that the clone does not have are noted, never passed over in silence', (t) => {
  const clone = repository(t, { canary: 'warn' })
  const { findings, notes } = stageFindings(bindings('deny'), waves, clone)
  t.deepEqual(findings, [])
  t.is(notes.length, 1)
  t.regex(notes[0] ?? '', /no ref wave\/early, wave\/broad in this clone.*\(1 binding denies\)/)
})

test('where there is no clone at all, every wave is noted', (t) => {
  const { notes } = stageFindings(bindings('warn'), waves, temporary(t))
  t.regex(notes[0] ?? '', /no ref wave\/canary, wave\/early, wave\/broad/)
})

test('a wave whose objects are missing from the clone is one clear line', (t) => {
  const clone = repository(t, { canary: 'warn', early: 'warn', broad: 'warn' })
  const tree = git(clone, 'rev-parse', 'wave/early^{tree}').trim()
  rmSync(join(clone, '.git/objects', tree.slice(0, 2), tree.slice(2)))
  t.throws(() => stageFindings(bindings('deny'), waves, clone), {
    instanceOf: SynthError,
    message: /git fetch brings what is missing/,
  })
})

function objects(stage: Stage, changes: Parameters<typeof ruleWith>[0] = {}) {
  return admissionObjects(ruleWith({ stage, ...changes })).map((object) => toYaml({ ...object }))
}

function bindings(stage: Stage, changes: Parameters<typeof ruleWith>[0] = {}): RenderedBinding[] {
  const texts = objects(stage, changes)
  const judges = texts.map((text) => policyIn(text)?.judges).find((text) => text !== undefined)
  return texts.flatMap((text) => {
    const binding = bindingIn(text)
    const files = ['apps/policies/all/validatingadmissionpolicybinding-meridian-no-plain-key.yaml']
    return binding ? [{ binding, judges, files, source: 'policies/rules/no-plain-key.ts:3' }] : []
  })
}

/** A repository whose wave branches hold the rule at the stage given. */
function repository(t: ExecutionContext, stages: Readonly<Record<string, Stage | 'none'>>): string {
  const folder = temporary(t)
  git(folder, 'init', '--quiet', '--initial-branch', 'main')
  for (const [wave, stage] of Object.entries(stages)) {
    git(folder, 'checkout', '--quiet', '--orphan', `wave/${wave}`)
    rmSync(join(folder, 'rendered'), { recursive: true, force: true })
    const policies = join(folder, 'rendered/apps/policies/all')
    mkdirSync(policies, { recursive: true })
    writeFileSync(join(policies, 'README'), wave)
    for (const text of stage === 'none' ? [] : objects(stage)) {
      const kind = /^kind: (.*)$/m.exec(text)?.[1]?.toLowerCase()
      writeFileSync(join(policies, `${kind}-meridian-no-plain-key.yaml`), text)
    }
    git(folder, 'add', '--all')
    git(folder, 'commit', '--quiet', '--message', wave)
  }
  return folder
}

function git(folder: string, ...args: readonly string[]): string {
  const settings = ['user.name=test', 'user.email=test@meridian.example', 'commit.gpgsign=false']
  const flags = settings.flatMap((setting) => ['-c', setting])
  return execFileSync('git', ['-C', folder, ...flags, ...args], { encoding: 'utf8' })
}

function temporary(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-stages-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}
