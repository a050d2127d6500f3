import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Document } from './documents.ts'

const root = dirname(import.meta.dirname)

/** An object that its schema does not allow, or that has none. */
export type Problem = {
  /** Every rendered file that holds this object. */
  readonly files: readonly string[]
  /** `Deployment router`, as far as it could be read. */
  readonly object: string
  /** Where in the object, as a JSON pointer; empty for the object itself. */
  readonly path: string
  readonly message: string
}

export type ValidateOptions = {
  /** Default: `.cache/bin/kubeconform`. */
  readonly binary?: string
  /** Folder as `ops/engines/schemas.ts` makes it. Default: `.cache/schemas/current`. */
  readonly schemas?: string
}

/** Kubeconform is missing, failed, or said something that cannot be understood: nothing is known of the objects. */
export class ValidateError extends Error {
  override name = 'ValidateError'
}

/**
 * Judges each distinct object by its strict schema, with kubeconform. An object without a schema is a
 * problem, never passed over.
 * @returns the problems in the order of the documents; empty where every object is good
 * @throws ValidateError where kubeconform cannot be run or does not answer for every document
 */
export async function validate(
  documents: readonly Document[],
  {
    binary = join(root, '.cache/bin/kubeconform'),
    schemas = join(root, '.cache/schemas/current'),
  }: ValidateOptions = {},
): Promise<Problem[]> {
  for (const path of [binary, schemas]) {
    if (!existsSync(path)) throw new ValidateError(`${path} is missing. Run: node tools/setup.mjs`)
  }
  if (documents.length === 0) return []
  const distinct = distinctDocuments(documents)
  const folder = mkdtempSync(join(tmpdir(), 'meridian-validate-'))
  try {
    // A file an object: kubeconform names the file of a result, but not the place in a stream.
    for (const [index, { text }] of distinct.entries()) writeFileSync(join(folder, `${index}.yaml`), text)
    const answers = parseAnswer(await kubeconform(binary, schemas, folder))
    return distinct.flatMap((document, index) => {
      const resources = answers.get(index)
      // Kubeconform says nothing of the items of an empty List.
      if (!resources)
        return [{ files: document.files, object: 'document', path: '', message: 'holds no object' }]
      return resources.flatMap((resource) => problemsOf(resource, document))
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function distinctDocuments(documents: readonly Document[]): Document[] {
  const files = new Map<string, string[]>()
  for (const document of documents) {
    const known = files.get(document.text)
    if (known) known.push(...document.files)
    else files.set(document.text, [...document.files])
  }
  return [...files].map(([text, holders]) => ({ text, files: holders }))
}

const Resource = z.object({
  filename: z.string(),
  kind: z.string(),
  name: z.string(),
  version: z.string(),
  status: z.enum(['statusValid', 'statusInvalid', 'statusError', 'statusSkipped', '']),
  msg: z.string(),
})
type Resource = z.infer<typeof Resource>
const Answer = z.object({ resources: z.array(Resource) })

/** Kubeconform's exit code is 1 both for bad objects and for its own failures: what it printed decides. */
async function kubeconform(binary: string, schemas: string, folder: string): Promise<string> {
  const location = join(schemas, '{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json')
  const args = ['-strict', '-verbose', '-output', 'json', '-n', '4', '-schema-location', location, folder]
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  const complaint: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => complaint.push(chunk))
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.on('error', (error) => reject(new ValidateError(`cannot run ${binary}: ${error.message}`)))
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  const said = Buffer.concat(complaint).toString().trim()
  if ((status !== 0 && status !== 1) || output.length === 0) {
    throw new ValidateError(`kubeconform failed (${status})${said && `: ${said}`}`)
  }
  return Buffer.concat(output).toString()
}

/** What was said of each document, by its number. */
function parseAnswer(output: string): Map<number, Resource[]> {
  let json: unknown
  try {
    json = JSON.parse(output)
  } catch {
    throw new ValidateError(`kubeconform's answer is no JSON: ${output.slice(0, 200)}`)
  }
  const answer = Answer.safeParse(json)
  if (!answer.success)
    throw new ValidateError(`kubeconform's answer has another form: ${z.prettifyError(answer.error)}`)
  const byDocument = new Map<number, Resource[]>()
  for (const resource of answer.data.resources) {
    const index = Number(/(\d+)\.yaml$/.exec(resource.filename)?.[1] ?? Number.NaN)
    if (Number.isNaN(index)) throw new ValidateError(`kubeconform: ${resource.msg || resource.filename}`)
    byDocument.set(index, [...(byDocument.get(index) ?? []), resource])
  }
  return byDocument
}

function problemsOf(resource: Resource, { files }: Document): Problem[] {
  if (resource.status === 'statusValid') return []
  const object = [resource.kind || 'document', resource.name].filter(Boolean).join(' ')
  if (resource.status === 'statusInvalid') {
    return schemaErrors(resource.msg).map((detail) => ({ files, object, ...detail }))
  }
  const message = resource.msg.startsWith('could not find schema')
    ? `missing schema for ${resource.version} ${resource.kind}`
    : resource.msg.trim() || 'holds no object'
  return [{ files, object, path: '', message }]
}

/**
 * The leaves of kubeconform's one-line message, `… failed with 'URL' - at '/a': … - at '/a/b': …`. Its list
 * `validationErrors` has only the uppermost level.
 */
function schemaErrors(message: string): { path: string; message: string }[] {
  const parts = message.split(/\s+- at '/).slice(1)
  const errors = parts.flatMap((part) => {
    const end = part.indexOf("': ")
    // That an optional field may be null is true, and of no use to somebody who got its type wrong.
    const words = part
      .slice(end + 3)
      .trim()
      .replace('want null or ', 'want ')
      .replace(', <nil>', '')
    return /^(validation failed|'allOf' failed)/.test(words)
      ? []
      : [{ path: part.slice(0, end), message: words }]
  })
  // Kubeconform walks properties in no fixed order.
  errors.sort((a, b) => (`${a.path} ${a.message}` < `${b.path} ${b.message}` ? -1 : 1))
  return errors.length > 0 ? errors : [{ path: '', message }]
}
