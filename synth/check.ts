import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { z } from 'zod'
import type { Fleet } from '../clusters/fleet.ts'
import { evaluate } from '../policies/evaluate.ts'
import type { Rule } from '../policies/rule.ts'
import { rules as allRules } from '../policies/rules.ts'
import { bindingIn, lockOut, policyIn } from './check/bindings.ts'
import { chartImages } from './check/chart-images.ts'
import { applyExceptions, readExceptions } from './check/exceptions.ts'
import { type Finding, objectName, type Verdict } from './check/finding.ts'
import { matchedCounts } from './check/matched.ts'
import { sourceFinder } from './check/source-lines.ts'
import { stageFindings } from './check/stages.ts'
import { type Document, readCloudDocuments, readDocuments } from './documents.ts'
import { SynthError } from './errors.ts'
import { root } from './sources.ts'
import { validate } from './validate.ts'
import { cloudResources, cloudViews } from './views/cloud.ts'
import { treeIn } from './views/tree.ts'
import { viewsOf } from './views.ts'

export interface CheckOptions {
  /** Folder of the facts that were rendered. Default: `clusters/`. */
  readonly facts?: string
  /** The folder of the sources and the clone with the waves' refs. Default: this repository. */
  readonly repository?: string
  /** Default: `policies/exceptions.yaml` of the repository. */
  readonly exceptions?: string
  /** Default: every rule of the house. */
  readonly rules?: readonly Rule[]
  /** The day by which exceptions end, as `2027-01-31`. Default: this day, UTC. */
  readonly today?: string
}

/**
 * Judges what is rendered under `out`: every distinct object by its schema and the rules about one object, views of
 * several objects and facts by the fleet rules, cloud resources by theirs; takes out what is excepted; and holds
 * admission to its stages.
 *
 * @throws {SynthError} if nothing is rendered there, or a run of `synth` was cut off
 * @throws {FactsError} for wrong facts, and wrong or dangling exceptions
 * @throws {EvaluatorError | ValidateError} where an engine is missing, or a rule does not compile
 */
export async function check(
  out: string,
  progress: (text: string) => void,
  options: CheckOptions = {},
): Promise<Verdict> {
  const { repository = root, rules = allRules, today = new Date().toISOString().slice(0, 10) } = options
  const exceptions = readExceptions(options.exceptions ?? join(repository, 'policies/exceptions.yaml'), rules)
  const waves = wavesOf(out)
  progress('reading what is rendered')
  const tree = treeIn(out)
  const objects = readDocuments(out)
  const images = chartImages(tree)
  const views = viewsOf(tree, await fleetOf(options.facts ?? join(repository, 'clusters'), out))
  const cloud = cloudViews(cloudResources(readCloudDocuments(out)))
  progress(
    `validating ${objects.length} objects, judging them, ${views.length} views and ${cloud.length} cloud resources by ${rules.length} rules`,
  )
  const sourceOf = sourceFinder(repository)
  const judged = [...objects, ...views]
  // A kind may be any (`*/*`) in a rule, but only of its own world.
  const [cloudRules, others] = [rules.filter(isCloud), rules.filter((rule) => !isCloud(rule))]
  const evaluator = { binary: join(root, '.cache/bin/policy-evaluator') }
  const [problems, violations, inCloud] = await Promise.all([
    validate(objects),
    evaluate(others, [...judged, ...images], evaluator),
    evaluate(cloudRules, cloud, evaluator),
  ])

  const findings: Finding[] = [
    ...problems.map(({ files, object, path, message }) => {
      const [kind = '', name = ''] = object.split(' ')
      return {
        rule: 'schema',
        severity: 'error' as const,
        object,
        part: path,
        message: path ? `${path}: ${message}` : message,
        mend: 'the Kubernetes and CRD schemas of this version do not allow it: mend the app that renders it',
        files,
        source: sourceOf({ kind, name, message, files }),
      }
    }),
    ...violations.flatMap(
      ({ rule, severity, kind, namespace, name, message, mend, document, validation }) => {
        const image = images[document - judged.length]
        // A chart's image is made a pod so that rules about images see it; of pods there is nothing to judge.
        if (image && !aboutImages.test(rule)) return []
        const { files } = image ?? judged[document] ?? { files: [] }
        const object = image ? `Image ${image.app}/${name}` : objectName(kind, namespace, name)
        const source = sourceOf({ kind, name, message, files })
        return [{ rule, severity, object, part: `validations[${validation}]`, message, mend, files, source }]
      },
    ),
    ...inCloud.map(({ rule, severity, kind, namespace, name, message, mend, document, validation }) => {
      const { files } = cloud[document] ?? { files: [] }
      const object = objectName(kind, namespace, name)
      const source = sourceOf({ kind, name, message, files })
      return { rule, severity, object, part: `validations[${validation}]`, message, mend, files, source }
    }),
  ]
  const admission = judgeAdmission(objects, waves, repository, sourceOf)
  return {
    objects: objects.length,
    views: views.length,
    resources: cloud.length,
    rules: rules.length,
    ...applyExceptions([...findings, ...admission.findings], exceptions, rules, today),
    notes: admission.notes,
    judged: { ...matchedCounts(rules, judged), ...matchedCounts(cloudRules, cloud) },
  }
}

function isCloud({ scope }: Rule): boolean {
  return scope === 'cloud'
}

const aboutImages = /^images?-/

/** The names of the waves of what is rendered. */
function wavesOf(out: string): readonly string[] {
  if (existsSync(`${out}.staging/journal.json`)) {
    throw new SynthError(
      out,
      'a run of synth was cut off while it moved files',
      'npx meridian synth completes it',
    )
  }
  const index = join(out, 'fleet.json')
  if (!existsSync(index)) {
    throw new SynthError(out, 'nothing is rendered there', 'npx meridian synth renders it')
  }
  const parsed = z.object({ waves: z.array(z.string()) }).safeParse(jsonOf(readFileSync(index, 'utf8')))
  if (parsed.success) return parsed.data.waves
  throw new SynthError(
    relative(process.cwd(), index),
    'it names no waves',
    'npx meridian synth writes it anew',
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The facts, with those files unparsed that `synth` parsed when it rendered them. */
async function fleetOf(facts: string, out: string): Promise<Fleet> {
  const [{ loadFleet }, { openCache }] = await Promise.all([
    import('../clusters/fleet.ts'),
    import('./cache.ts'),
  ])
  return loadFleet(facts, openCache({ facts, apps: join(root, 'apps'), out }).parsed)
}

function judgeAdmission(
  objects: readonly Document[],
  waves: readonly string[],
  repository: string,
  sourceOf: ReturnType<typeof sourceFinder>,
): ReturnType<typeof stageFindings> {
  const policies = new Map(
    objects.flatMap(({ text }) => policyIn(text) ?? []).map((policy) => [policy.name, policy]),
  )
  const bindings = objects.flatMap(({ text, files }) => {
    const binding = bindingIn(text)
    if (!binding) return []
    const { kind, metadata, spec } = binding
    const source = sourceOf({ kind, name: metadata.name, message: '', files })
    return [{ binding, judges: policies.get(spec.policyName)?.judges, files, source }]
  })
  const { findings, notes } = stageFindings(bindings, waves, repository)
  const lockOuts = bindings.flatMap(({ binding, files, source }) => lockOut(binding, files, source) ?? [])
  return { findings: [...lockOuts, ...findings], notes }
}
