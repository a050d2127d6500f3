import { spawnSync } from 'node:child_process'
import { waveRef } from '../applications.ts'
import { SynthError } from '../errors.ts'
import { type Binding, bindingIn, policyIn } from './bindings.ts'
import { type Finding, objectName } from './finding.ts'

/** A binding as it is rendered now. */
export interface RenderedBinding {
  readonly binding: Binding
  /** What its policy judges, as `policyIn` tells; undefined where none is rendered. */
  readonly judges: string | undefined
  readonly files: readonly string[]
  /** The rule's file and line. */
  readonly source: string
}

/**
 * A rule may deny only after it went through every wave as a warning: each wave's ref must hold its binding at
 * `Warn` or `Deny` already.
 *
 * @param repository a git work tree; the waves' refs are looked up there, `origin/wave/<wave>` before `wave/<wave>`
 * @returns an error for each binding that denies too early, a warning for each whose expressions are other ones than
 *   those that were seen to warn, and a note on waves that cannot be looked at
 */
export function stageFindings(
  bindings: readonly RenderedBinding[],
  waves: readonly string[],
  repository: string,
): { readonly findings: readonly Finding[]; readonly notes: readonly string[] } {
  const denying = bindings.filter(({ binding }) => binding.spec.validationActions.includes('Deny'))
  const refs = waves.map((wave) => ({ wave, ref: refOf(wave, repository) }))
  const missing = refs.filter(({ ref }) => ref === undefined).map(({ wave }) => waveRef(wave))
  const rules = denying.length === 1 ? '1 binding denies' : `${denying.length} bindings deny`
  const notes =
    missing.length > 0
      ? [
          `no ref ${missing.join(', ')} in this clone: not checked there whether a rule went through as a warning before it denies (${rules})`,
        ]
      : []
  if (denying.length === 0) return { findings: [], notes }
  const seen = refs.flatMap(({ wave, ref }) =>
    ref === undefined ? [] : [admissionAt(wave, ref, repository)],
  )
  return { findings: denying.flatMap((rendered) => judge(rendered, seen)), notes }
}

/** Admission as a wave's clusters have it. */
interface Admission {
  readonly wave: string
  /** What each binding does, by its name. */
  readonly actions: ReadonlyMap<string, readonly string[]>
  /** What each policy judges, by its name. */
  readonly judges: ReadonlyMap<string, string>
}

function judge({ binding, judges, files, source }: RenderedBinding, waves: readonly Admission[]): Finding[] {
  const { name } = binding.metadata
  const finding = (severity: Finding['severity'], message: string, mend: string): Finding => ({
    rule: 'stage',
    severity,
    object: objectName(binding.kind, undefined, name),
    part: severity === 'error' ? 'deny' : 'changed',
    message,
    mend,
    files,
    source,
  })
  const unwarned = waves.filter(({ actions }) => {
    const there = actions.get(name) ?? []
    return !there.includes('Warn') && !there.includes('Deny')
  })
  if (unwarned.length > 0) {
    const where = unwarned.map(
      ({ wave, actions }) => `${waveRef(wave)} (${actions.get(name)?.join(', ') ?? 'not there'})`,
    )
    const message = `it denies, and has not warned in every wave: ${where.join(', ')}`
    return [
      finding(
        'error',
        message,
        "Set the rule's stage to 'warn', promote that through every wave, then let it deny.",
      ),
    ]
  }
  const changed = waves.filter((wave) => wave.judges.get(binding.spec.policyName) !== judges)
  if (changed.length === 0) return []
  const where = changed.map(({ wave }) => waveRef(wave)).join(', ')
  const message = `it denies by expressions that have not been seen yet in ${where}`
  return [
    finding(
      'warning',
      message,
      "Where it denies more than before, let it go through every wave at 'warn' first.",
    ),
  ]
}

/** The commit of a wave; undefined where the clone has no such ref. What is published counts before what is local. */
function refOf(wave: string, repository: string): string | undefined {
  for (const ref of [`refs/remotes/origin/${waveRef(wave)}`, `refs/heads/${waveRef(wave)}`]) {
    const { status, stdout } = git(repository, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
    if (status === 0) return stdout.trim()
  }
  return undefined
}

function admissionAt(wave: string, commit: string, repository: string): Admission {
  const listed = output(repository, ['ls-tree', '-r', '-z', commit, '--', 'rendered/apps/'])
  const blobs = [
    ...listed.matchAll(/ blob (\w+)\t[^\0]*\/validatingadmissionpolicy(?:binding)?-[^/\0]+\.yaml\0/g),
  ]
  const ids = blobs.map(([, id]) => `${id}\n`).join('')
  const texts = ids === '' ? [] : output(repository, ['cat-file', '--batch'], ids).split(/^\w+ blob \d+\n/m)
  const bindings = texts.flatMap((text) => bindingIn(text) ?? [])
  return {
    wave,
    actions: new Map(bindings.map(({ metadata, spec }) => [metadata.name, spec.validationActions])),
    judges: new Map(texts.flatMap((text) => policyIn(text) ?? []).map(({ name, judges }) => [name, judges])),
  }
}

function output(repository: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = git(repository, args, input)
  if (status === 0) return stdout
  throw new SynthError(`git ${args.join(' ')}`, stderr.trim(), 'git fetch brings what is missing')
}

function git(repository: string, args: readonly string[], input = '') {
  const options = { encoding: 'utf8', input, maxBuffer: 1 << 28 } as const
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', repository, ...args], options)
  if (error)
    throw new SynthError('git', error.message, 'install git, and run this in a clone of the repository')
  return { status, stdout, stderr }
}
