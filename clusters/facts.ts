import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { CORE_SCHEMA, load } from 'js-yaml'
import { isMap, isNode, isPair, isSeq, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'

/** One wrong fact: where it stands, what was found there and what is allowed. Lines and columns count from 1. */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}

/** Thrown once for all wrong facts of a run. */
export class FactsError extends Error {
  override readonly name = 'FactsError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const sorted = problems.toSorted(
      (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
    )
    super(sorted.map((p) => `${p.file}:${p.line}:${p.column} ${p.message}`).join('\n'))
    this.problems = sorted
  }
}

export type Path = readonly PropertyKey[]

/** A parsed facts file, and the way back from a value to its place. */
export interface Facts<T> {
  readonly file: string
  readonly value: T
  /** A problem at `path` in this file. */
  problem(path: Path, message: string): Problem
}

/** Remembers parsed values by file text, so that an unchanged file is not parsed again. */
export interface ParsedFacts {
  get(file: string, text: string): unknown
  set(file: string, text: string, value: unknown): void
}

/**
 * Reads one YAML file and checks it against its schema.
 *
 * @returns the facts, or `undefined` after adding every problem of the file to `problems`.
 */
export function readFacts<S extends z.ZodType>(
  file: string,
  schema: S,
  problems: Problem[],
  parsed?: ParsedFacts,
): Facts<z.infer<S>> | undefined {
  const name = relative(process.cwd(), file) || file
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    problems.push({ file: name, line: 1, column: 1, message: unreadable(error) })
    return undefined
  }
  const problem = (path: Path, message: string): Problem => ({ file: name, ...placeOf(text, path), message })
  const known = parsed?.get(name, text)
  // Only values that passed their schema are ever remembered.
  if (known !== undefined) return { file: name, value: known as z.infer<S>, problem }

  const plain = schema.safeParse(readQuickly(text))
  if (plain.success) {
    parsed?.set(name, text, plain.data)
    return { file: name, value: plain.data, problem }
  }
  const document = parseDocument(text, { prettyErrors: false })
  if (document.errors.length > 0) {
    const lines = new LineCounter()
    for (const error of parseDocument(text, { prettyErrors: false, lineCounter: lines }).errors) {
      const { line, col } = lines.linePos(error.pos[0])
      problems.push({ file: name, line, column: col, message: `not valid YAML: ${error.message}` })
    }
    return undefined
  }
  const value: unknown = toPlain(document, problem, problems)
  const result = schema.safeParse(value)
  if (!result.success) {
    for (const issue of result.error.issues) problems.push(...explain(issue, value, schema, problem))
    return undefined
  }
  parsed?.set(name, text, result.data)
  return { file: name, value: result.data, problem }
}

/** The library that knows no places is four times as fast: the other one is for files that are wrong. */
function readQuickly(text: string): unknown {
  try {
    return load(text, { schema: CORE_SCHEMA })
  } catch {
    return undefined
  }
}

function toPlain(
  document: ReturnType<typeof parseDocument>,
  problem: Facts<unknown>['problem'],
  problems: Problem[],
): unknown {
  try {
    return document.toJS()
  } catch (error) {
    problems.push(problem([], `not valid YAML: ${error instanceof Error ? error.message : String(error)}`))
    return undefined
  }
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'the file is missing; it is required'
  if (code === 'EACCES') return 'the file cannot be read: permission denied'
  return `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`
}

function explain(
  issue: z.core.$ZodIssue,
  root: unknown,
  schema: z.ZodType,
  problem: Facts<unknown>['problem'],
): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(schema, issue.path)
    return issue.keys.map((key) =>
      problem(
        [...issue.path, key],
        `unknown key ${key}${allowed.length ? `; allowed: ${allowed.join(', ')}` : ''}`,
      ),
    )
  }
  const found = valueAt(root, issue.path)
  const at = issue.path.length ? `${issue.path.map(String).join('.')}: ` : ''
  if (found === undefined) return [problem(issue.path, `${at}is missing; expected ${expectation(issue)}`)]
  return [problem(issue.path, `${at}found ${show(found)}, expected ${expectation(issue)}`)]
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected
    case 'invalid_value':
      return issue.values.map(String).join(' | ')
    case 'too_small':
      return `${issue.origin} of ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
    case 'too_big':
      return `${issue.origin} of ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`
    case 'invalid_key':
      return 'another key here'
    default:
      return issue.message.replace(/^Invalid /, 'a valid ')
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    root,
  )
}

/** The keys that an object schema allows at `path`. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  let at: unknown = schema
  for (const key of path) {
    at = unwrap(at)
    if (at instanceof z.ZodObject) at = at.shape[String(key)]
    else if (at instanceof z.ZodArray) at = at.element
    else if (at instanceof z.ZodRecord) at = at.valueType
    else return []
  }
  at = unwrap(at)
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema
}

/** Where the value (or the key, for a mapping) at `path` begins; the nearest parent where it is missing. */
function placeOf(text: string, path: Path): { line: number; column: number } {
  const lines = new LineCounter()
  let at: unknown = parseDocument(text, { prettyErrors: false, lineCounter: lines }).contents
  let offset = isNode(at) ? (at.range?.[0] ?? 0) : 0
  for (const key of path) {
    if (isMap(at)) {
      const pair = at.items.find(
        (item) => isPair(item) && isNode(item.key) && String(item.key) === String(key),
      )
      if (!pair) break
      offset = (isNode(pair.key) && pair.key.range?.[0]) || offset
      at = pair.value
    } else if (isSeq(at)) {
      at = at.items[Number(key)]
      if (isNode(at)) offset = at.range?.[0] ?? offset
    } else break
  }
  const { line, col } = lines.linePos(offset)
  return { line: line || 1, column: col || 1 }
}
