/**
 * Plain data as block YAML, the way a reviewer reads it: two spaces, keys in the order given, strings plain where
 * that is safe, several lines as a literal block. `undefined` is left out. What it writes parses back to the same
 * data in YAML 1.1 and 1.2 (Kubernetes reads 1.1: `yes`, `on` and `1_000` are quoted).
 *
 * Six times as fast as the general library, which the per-cluster files need: docs/decisions/yaml-emitter.md.
 */
export function toYaml(value: unknown): string {
  return `${emit(value, '').replace(/^\n/, '').replace(/^ /, '')}\n`
}

/** Several objects as one file, each a document. */
export function toYamlDocuments(values: readonly unknown[]): string {
  return values.map(toYaml).join('---\n')
}

/** The text that follows a key's colon or a list's dash: ` scalar`, or a block that begins on the next line. */
function emit(value: unknown, indent: string): string {
  if (typeof value === 'string') return ` ${scalar(value, indent)}`
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return ` ${value}`
  if (Array.isArray(value)) return value.length === 0 ? ' []' : sequence(value, indent)
  if (typeof value === 'object') return mapping(value, indent)
  throw new TypeError(`cannot be written as YAML: ${typeof value}`)
}

function mapping(value: object, indent: string): string {
  let text = ''
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    const inner = Array.isArray(item) ? indent : `${indent}  `
    text += `\n${indent}${isPlain(key) ? key : JSON.stringify(key)}:${emit(item, inner)}`
  }
  return text === '' ? ' {}' : text
}

function sequence(values: readonly unknown[], indent: string): string {
  let text = ''
  for (const value of values) {
    // A list's items stand two deeper than its dash.
    const item = emit(value ?? null, `${indent}  `)
    text += `\n${indent}- ${item.startsWith('\n') ? item.slice(indent.length + 3) : item.slice(1)}`
  }
  return text
}

function scalar(value: string, indent: string): string {
  if (isPlain(value)) return value
  if (value.length < 200) return isLiteral(value) ? literal(value, indent) : quote(value)
  const known = longTexts.get(value)
  if (known?.indent === indent) return known.text
  const text = isLiteral(value) ? literal(value, indent) : quote(value)
  if (longTexts.size < 1_000) longTexts.set(value, { indent, text })
  return text
}

/** Scripts and configurations that stand in the files of every cluster, and how they were written last. */
const longTexts = new Map<string, { readonly indent: string; readonly text: string }>()

function literal(value: string, indent: string): string {
  const body = value.endsWith('\n') ? value.slice(0, -1) : value
  return `${value.endsWith('\n') ? '|' : '|-'}\n${body.replace(/^(?=.)/gm, indent)}`
}

/** Several lines that a literal block keeps as they are. */
function isLiteral(value: string): boolean {
  return (
    value.includes('\n') &&
    !/^[\s]/.test(value) &&
    !value.endsWith('\n\n') &&
    !/[^\n\x20-\x7e]/.test(value) &&
    !value.includes(' \n') &&
    !value.endsWith(' ')
  )
}

/** Answers for short strings: objects repeat the same keys and values thousands of times. */
const answers = new Map<string, boolean>()

function isPlain(value: string): boolean {
  if (value.length > 40) return looksPlain(value)
  let answer = answers.get(value)
  if (answer === undefined) {
    answer = looksPlain(value)
    if (answers.size < 10_000) answers.set(value, answer)
  }
  return answer
}

// A letter or a path first; no `: `, ` #`, brackets or commas, no colon or space at the end.
const plain = /^(?:[A-Za-z_/$(]|\.[A-Za-z])(?:[A-Za-z0-9_/$().@+=;%^<>~!?*&|\-'"]|:(?=[^ ])| (?=[^ #:-]))*$/
const reserved = /^(?:true|false|yes|no|on|off|y|n|null|nan|\.inf|\.nan|\.?e[\d+-].*)$/i

function looksPlain(value: string): boolean {
  return plain.test(value) && !value.endsWith(':') && !reserved.test(value)
}

/** JSON's strings are YAML's double-quoted ones, once the characters that YAML will not take are escaped. */
function quote(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
