import { parse } from 'yaml'
import { SynthError } from '../errors.ts'
import { isMap, type Plain, textAt } from './plain.ts'

/** What tells an object from all others in a cluster. */
export interface ObjectId {
  readonly apiVersion: string
  readonly kind: string
  /** Empty where the object has none, as a kubelet's configuration. */
  readonly namespace: string
  readonly name: string
}

/** A document as text, with the id that its head shows. */
export interface TextDocument {
  readonly id: ObjectId
  readonly text: string
}

/** One object on both sides; a side is `undefined` where it is not there. */
export interface DocumentPair {
  readonly id: ObjectId
  readonly before?: string
  readonly after?: string
}

/** The objects in which two files differ: compared as text first, so that nothing equal is ever parsed. */
export function differingDocuments(before: string, after: string): readonly DocumentPair[] {
  const now = new Set(split(after))
  const common = new Set<string>()
  const gone: TextDocument[] = []
  for (const text of split(before)) {
    if (now.has(text)) common.add(text)
    else gone.push({ id: idOf(text), text })
  }
  const come = new Map<string, TextDocument>()
  for (const text of now) {
    if (common.has(text)) continue
    const id = idOf(text)
    come.set(keyOf(id), { id, text })
  }
  const pairs: DocumentPair[] = gone.map(({ id, text }) => {
    const other = come.get(keyOf(id))
    come.delete(keyOf(id))
    return { id: other?.id ?? id, before: text, ...(other ? { after: other.text } : {}) }
  })
  for (const { id, text } of come.values()) pairs.push({ id, after: text })
  return pairs
}

/** The same kind under a newer version of its API is the same object. */
export function keyOf({ apiVersion, kind, namespace, name }: ObjectId): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
  return `${group}/${kind}/${namespace}/${name}`
}

const parsed = new Map<string, Plain>()

/** A document's data; `{}` where it holds no mapping. The same text is parsed once. */
export function parseDocument(text: string): Plain {
  const known = parsed.get(text)
  if (known) return known
  const value = read(text)
  const plain = isMap(value) ? value : {}
  if (parsed.size < 10_000) parsed.set(text, plain)
  return plain
}

/** @throws {SynthError} that names the object by its first lines, which are all that is known of it */
function read(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    const [kind, name] = [/^kind: (.+)$/m.exec(text)?.[1], /^ {2}name: (.+)$/m.exec(text)?.[1]]
    const words = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new SynthError(
      `rendered/, ${[kind, name].filter(Boolean).join(' ') || 'a document'}`,
      `is no YAML: ${words.replace(/:$/, '')}`,
      'rendered/ is not edited by hand: npx meridian synth writes it',
    )
  }
}

function split(text: string): readonly string[] {
  return text.split(/^---\n/m).filter((document) => document.trim() !== '')
}

/** Read off the text where it is written as synth writes it, else parsed. */
function idOf(text: string): ObjectId {
  const apiVersion = scalarOf(/^apiVersion: (.+)$/m.exec(text)?.[1])
  const kind = scalarOf(/^kind: (.+)$/m.exec(text)?.[1])
  const metadata = /^metadata:\n((?: {2}.*(?:\n|$))+)/m.exec(text)?.[1]
  const name = scalarOf(metadata && /^ {2}name: (.+)$/m.exec(metadata)?.[1])
  if (apiVersion && kind && metadata && name) {
    return { apiVersion, kind, name, namespace: scalarOf(/^ {2}namespace: (.+)$/m.exec(metadata)?.[1]) ?? '' }
  }
  const value = parseDocument(text)
  return {
    apiVersion: textAt(value, 'apiVersion') ?? '',
    kind: textAt(value, 'kind') ?? '',
    namespace: textAt(value, 'metadata', 'namespace') ?? '',
    name: textAt(value, 'metadata', 'name') ?? '',
  }
}

/** A plain or a simply quoted scalar; anything else is left to the parser. */
function scalarOf(text: string | undefined): string | undefined {
  const plain = /^"?([\w./:-]+)"?$/.exec(text ?? '')
  return plain?.[1]
}
