import { isTest, placeOf } from './imports.ts'
import { type Import, isNode, lineOf, type Source, type SyntaxNode, walk } from './parse.ts'

const because = 'equal props must give equal objects on every machine and every day'
const namesCluster = 'an app takes props, and what is one cluster’s alone reaches site()'

/** What a file of a pure room takes from outside its arguments, and where an app names a cluster. */
export function impurities(source: Source, clusters: readonly string[]): readonly string[] {
  const room = placeOf(source.path)?.room
  if (!room?.pure || isTest(source.path)) return []
  const say = (line: number, fault: string) => `${source.path}:${line} ${fault}`
  const found = source.imports.flatMap((one) => {
    const fault = importFault(one)
    return fault ? [say(one.line, `${fault}: ${because}`)] : []
  })
  const named = room.folder.startsWith('apps/') ? nameFinder(clusters) : () => undefined
  walk(source.program, (node, parent) => {
    const outside = outsideFault(node, parent)
    if (outside) found.push(say(lineOf(node), `${outside}: ${because}`))
    const name = named(node)
    if (name) found.push(say(lineOf(node), `${name}: ${namesCluster}`))
    return !isTypeNode(node)
  })
  return found
}

/** Of Node a pure room may take digests, which are functions of what they are given. */
function importFault({ specifier = '', names, typeOnly }: Import): string | undefined {
  if (!specifier.startsWith('node:') || typeOnly) return undefined
  const pure = specifier === 'node:crypto' && names.every((name) => name === 'createHash' || name === 'hash')
  if (pure) return undefined
  const taken: Readonly<Record<string, string>> = {
    'node:fs': 'reads files',
    'node:fs/promises': 'reads files',
    'node:process': 'reads the environment',
    'node:os': 'reads the machine',
    'node:crypto': 'takes more than digests of node:crypto, which has randomness',
  }
  return taken[specifier] ?? `imports ${specifier}`
}

const globals: Readonly<Record<string, string>> = {
  process: 'reads the environment (process)',
  globalThis: 'reaches for globals (globalThis)',
  performance: 'reads the clock (performance)',
  crypto: 'takes randomness (crypto)',
  fetch: 'asks the network (fetch)',
  require: 'loads what it computes (require)',
}

function outsideFault(node: SyntaxNode, parent?: SyntaxNode): string | undefined {
  if (node.type === 'MetaProperty') return 'reads where it lies on the disk (import.meta)'
  if (node.type === 'NewExpression' && nameIs(node.callee, 'Date') && count(node.arguments) === 0) {
    return 'reads the clock (new Date())'
  }
  if (node.type === 'CallExpression' && nameIs(node.callee, 'Date')) return 'reads the clock (Date())'
  if (isMember(node, 'Date', 'now')) return 'reads the clock (Date.now)'
  if (isMember(node, 'Math', 'random')) return 'takes randomness (Math.random)'
  if (node.type !== 'Identifier' || isLabel(node, parent)) return undefined
  return Object.hasOwn(globals, String(node.name)) ? globals[String(node.name)] : undefined
}

/** `cluster.name` in any form, the type that has it, and the name of a real cluster in a text. */
function nameFinder(clusters: readonly string[]): (node: SyntaxNode) => string | undefined {
  const words = clusters.length > 0 ? new RegExp(`\\b(${clusters.join('|')})\\b`) : /(?!)/
  return (node) => {
    if (isMember(node, 'cluster', 'name')) return "reads a cluster's name (cluster.name)"
    if (nameIs(node.init, 'cluster') && picks(node.id, 'name')) {
      return "reads a cluster's name ({ name } = cluster)"
    }
    if (picks(firstParameter(node, 'place'), 'name')) return "reads a cluster's name (place({ name }))"
    const word = words.exec(textIn(node))?.[1]
    return word && `names the cluster ${word}`
  }
}

function textIn(node: SyntaxNode): string {
  if (node.type === 'StringLiteral') return String(node.value)
  if (node.type === 'TemplateElement') return String(Reflect.get(Object(node.value), 'raw'))
  return ''
}

/** The first parameter of a method, however it is written: `place(p) {…}`, `place: (p) => …`. */
function firstParameter(node: SyntaxNode, method: string): unknown {
  if (!nameIs(node.key, method)) return undefined
  const { params } = isNode(node.value) ? node.value : node
  return Array.isArray(params) ? params[0] : undefined
}

function picks(pattern: unknown, key: string): boolean {
  if (!isNode(pattern) || pattern.type !== 'ObjectPattern' || !Array.isArray(pattern.properties)) return false
  return pattern.properties.some((property) => isNode(property) && nameIs(property.key, key))
}

function isMember(node: SyntaxNode, object: string, property: string): boolean {
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return false
  if (!nameIs(node.object, object) || !isNode(node.property)) return false
  return node.computed ? textIn(node.property) === property : nameIs(node.property, property)
}

/** A key or a member's name, which only looks like a variable. */
function isLabel(node: SyntaxNode, parent?: SyntaxNode): boolean {
  if (!parent || parent.computed) return false
  return parent.property === node || (parent.key === node && !parent.shorthand) || parent.imported === node
}

function isTypeNode({ type }: SyntaxNode): boolean {
  return type === 'TSTypeAnnotation' || type === 'TSInterfaceDeclaration' || type === 'TSTypeAliasDeclaration'
}

function nameIs(node: unknown, name: string): boolean {
  return isNode(node) && node.type === 'Identifier' && node.name === name
}

function count(list: unknown): number {
  return Array.isArray(list) ? list.length : 0
}
