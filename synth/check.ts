import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { evaluate } from '../policies/evaluate.ts'
import { rules } from '../policies/rules.ts'
import { readDocuments } from './documents.ts'
import { SynthError } from './errors.ts'
import { root } from './sources.ts'
import { validate } from './validate.ts'

/** One thing that is wrong with one object, however many files hold it. */
export interface Finding {
  /** The rule's id, or `schema`. */
  readonly rule: string
  readonly severity: 'error' | 'warning'
  /** `Deployment gateway/gateway`. */
  readonly object: string
  readonly message: string
  readonly mend: string
  /** The rendered files that hold the object. */
  readonly files: readonly string[]
  /** The source to change. */
  readonly source: string
}

export interface Verdict {
  /** Distinct objects that were judged. */
  readonly objects: number
  readonly rules: number
  readonly findings: readonly Finding[]
}

/**
 * Validates every distinct object under `out` by its schema and judges it by every rule.
 *
 * @throws {SynthError} if nothing is rendered there, or a run of `synth` was cut off
 */
export async function check(out: string, progress: (text: string) => void): Promise<Verdict> {
  if (existsSync(`${out}.staging/journal.json`)) {
    throw new SynthError(
      out,
      'a run of synth was cut off while it moved files',
      'npx meridian synth completes it',
    )
  }
  if (!existsSync(join(out, 'fleet.json'))) {
    throw new SynthError(out, 'nothing is rendered there', 'npx meridian synth renders it')
  }
  progress('reading what is rendered')
  const documents = readDocuments(out)
  progress(`validating ${documents.length} objects, judging them by ${rules.length} rules`)
  const objectRules = rules.filter(({ scope }) => scope === 'object')
  const [problems, violations] = await Promise.all([
    validate(documents),
    evaluate(objectRules, documents, { binary: join(root, '.cache/bin/policy-evaluator') }),
  ])
  const findings: Finding[] = [
    ...problems.map(({ files, object, path, message }) => ({
      rule: 'schema',
      severity: 'error' as const,
      object,
      message: path ? `${path}: ${message}` : message,
      mend: 'the Kubernetes and CRD schemas of this version do not allow it: mend the app that renders it',
      files,
      source: sourceOf(files[0] ?? ''),
    })),
    ...violations.map(({ rule, severity, kind, namespace, name, message, mend, document }) => {
      const files = documents[document]?.files ?? []
      const object = `${kind} ${namespace ? `${namespace}/` : ''}${name}`
      return { rule, severity, object, message, mend, files, source: sourceOf(files[0] ?? '') }
    }),
  ]
  return { objects: documents.length, rules: objectRules.length, findings }
}

/** Where a rendered file comes from. */
function sourceOf(file: string): string {
  const [room, first] = file.split('/')
  if (room === 'apps') return `apps/${first}/app.ts`
  if (room === 'clusters') return `clusters/fleet/${first}.yaml`
  return 'nodes/'
}
