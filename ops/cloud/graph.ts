import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'

/** A cloud resource as it is rendered. */
export interface Resource {
  readonly stack: string
  /** `route53.aws Record`: the group of its apiVersion, and its kind. */
  readonly type: string
  /** Unique in its stack. */
  readonly name: string
  /** Where it lies; of a global service, the region of its provider. */
  readonly region: string
  readonly spec: Spec
}

/** Inputs of a resource, in the shape that its Pulumi provider gives them. */
export type Spec = Readonly<Record<string, unknown>>

/** All stacks of rendered/cloud. */
export interface CloudGraph {
  readonly resources: readonly Resource[]
  /** What each stack gives to others: `healthCheck.eu-west-1` is `${health-eu-west-1.id}`. */
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, string>>>
}

/** What is rendered, or what stands for it, cannot be read: which file, what is wrong, how to mend it. */
export class CloudError extends Error {
  override readonly name = 'CloudError'
}

const Document = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
  options: z.object({ parent: z.string().optional(), provider: z.string().optional() }).optional(),
  spec: z.record(z.string(), z.unknown()),
})
type Document = z.infer<typeof Document>

const StackSpec = z.object({ outputs: z.record(z.string(), z.string()) })
const anyRegion = /[a-z]{2}-[a-z]+-\d/

/**
 * Reads every stack of a folder (rendered/cloud).
 * @throws {CloudError} where there is none, or one is not what `synth` writes
 */
export function readGraph(folder: string): CloudGraph {
  const files = stackFiles(folder)
  const outputs = new Map<string, Readonly<Record<string, string>>>()
  const resources: Resource[] = []
  for (const file of files) {
    const stack = basename(file, '.yaml')
    const documents = documentsOf(file)
    const own = documents.find((document) => document.apiVersion === 'pulumi/v1' && document.kind === 'Stack')
    if (!own) throw new CloudError(`${file}: no Stack in it\n${rerender}`)
    outputs.set(stack, StackSpec.parse(own.spec).outputs)
    const regionOf = regions(stack, documents)
    for (const document of documents) {
      if (document.apiVersion === 'pulumi/v1') continue
      const { apiVersion, kind, metadata, spec } = document
      const type = `${apiVersion.split('/')[0]} ${kind}`
      resources.push({ stack, type, name: metadata.name, region: regionOf(document), spec })
    }
  }
  return { resources, outputs }
}

/** The resources of a type, such as `route53.aws Record`, in the order of their files. */
export function ofType(graph: CloudGraph, ...types: readonly string[]): readonly Resource[] {
  return graph.resources.filter(({ type }) => types.includes(type))
}

const rerender = '  npx meridian synth writes it anew'

function stackFiles(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
    if (names.length > 0) return names.toSorted().map((name) => join(folder, name))
  } catch {
    // Said below: a folder that is not there has no stacks either.
  }
  throw new CloudError(`${folder}: no rendered stacks\n${rerender}`)
}

function documentsOf(file: string): readonly Document[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((parsed) => {
    const problem = parsed.errors[0]?.message
    const document = Document.safeParse(parsed.toJS())
    if (problem !== undefined || !document.success) {
      throw new CloudError(`${file}: ${problem ?? z.prettifyError(document.error ?? new z.ZodError([]))}`)
    }
    return document.data
  })
}

/** A resource lies where it says itself, else where its provider works, else its component's, else its stack. */
function regions(stack: string, documents: readonly Document[]): (document: Document) => string {
  const named = new Map(documents.map((document) => [document.metadata.name, document]))
  const fallback = anyRegion.exec(stack)?.[0] ?? onlyRegion(documents) ?? 'us-east-1'
  const regionOf = ({ spec, options }: Document): string => {
    if (typeof spec.region === 'string' && anyRegion.test(spec.region)) return spec.region
    const provider = named.get(options?.provider ?? '')
    if (provider && typeof provider.spec.region === 'string') return provider.spec.region
    const parent = named.get(options?.parent ?? '')
    return parent ? regionOf(parent) : fallback
  }
  return regionOf
}

function onlyRegion(documents: readonly Document[]): string | undefined {
  const providers = documents.filter(
    ({ apiVersion, kind }) => apiVersion === 'pulumi/v1' && kind === 'Provider',
  )
  const region = providers.length === 1 ? providers[0]?.spec.region : undefined
  return typeof region === 'string' ? region : undefined
}
