import { parse } from '@babel/parser'

/** One import, export from, `import()` or `import('…')` type. */
export interface Import {
  /** As it stands in the source: `./app.ts`, `zod`, `node:fs`; undefined where `import()` computes it. */
  readonly specifier: string | undefined
  /** The names that it takes, as their module calls them; `*` for all of them. */
  readonly names: readonly string[]
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean
  readonly line: number
}

export interface Source {
  readonly path: string
  readonly imports: readonly Import[]
  /** The file does nothing but export what others export. */
  readonly barrel: boolean
  readonly program: SyntaxNode
}

/** A node of the syntax tree: Babel's, whose shapes are read key by key. */
export interface SyntaxNode {
  readonly type: string
  readonly loc?: { readonly start: { readonly line: number } } | null
  readonly [key: string]: unknown
}

/** @throws {SyntaxError} naming the file and the line */
export function parseSource(path: string, text: string): Source {
  const program = programOf(path, text)
  const imports: Import[] = []
  walk(program, (node) => {
    const found = importOf(node)
    if (found) imports.push(found)
    return true
  })
  return { path, imports, barrel: isBarrel(program), program }
}

/** Visits every node in order; `enter` says whether to go on below it. */
export function walk(node: SyntaxNode, enter: (node: SyntaxNode, parent?: SyntaxNode) => boolean): void {
  const visit = (at: SyntaxNode, parent?: SyntaxNode) => {
    if (!enter(at, parent)) return
    for (const child of children(at)) visit(child, at)
  }
  visit(node)
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

export function lineOf(node: SyntaxNode): number {
  return node.loc?.start.line ?? 1
}

function programOf(path: string, text: string): SyntaxNode {
  try {
    const program: unknown = parse(text, {
      sourceType: 'module',
      plugins: path.endsWith('x') ? ['typescript', 'jsx'] : ['typescript'],
      createImportExpressions: true,
    }).program
    if (isNode(program)) return program
    throw new TypeError('the parser gave no program')
  } catch (error) {
    throw new SyntaxError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function children(node: SyntaxNode): SyntaxNode[] {
  return Object.entries(node).flatMap(([key, value]) => {
    // Comments and positions hang on nodes too, and are none.
    if (key.endsWith('Comments') || key === 'loc' || key === 'extra') return []
    return (Array.isArray(value) ? value : [value]).filter(isNode)
  })
}

function importOf(node: SyntaxNode): Import | undefined {
  const line = lineOf(node)
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      if (!isNode(node.source)) return undefined
      const specifiers = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : []
      const kind = node.importKind ?? node.exportKind
      const allTypes =
        specifiers.length > 0 && specifiers.every((s) => (s.importKind ?? s.exportKind) === 'type')
      const names = node.type === 'ExportAllDeclaration' ? ['*'] : specifiers.map(nameOf)
      return { specifier: textOf(node.source), names, typeOnly: kind === 'type' || allTypes, line }
    }
    case 'ImportExpression':
      return { specifier: textOf(node.source), names: ['*'], typeOnly: false, line }
    case 'TSImportType':
      return { specifier: textOf(node.source ?? node.argument), names: ['*'], typeOnly: true, line }
    default:
      return undefined
  }
}

function nameOf(specifier: SyntaxNode): string {
  const name = specifier.type === 'ExportSpecifier' ? specifier.local : specifier.imported
  if (specifier.type === 'ImportDefaultSpecifier') return 'default'
  if (!isNode(name)) return '*'
  return String(name.name ?? name.value)
}

/** The text of a string literal, or of a template without holes. */
function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'StringLiteral') return String(node.value)
  if (node.type === 'TSLiteralType') return textOf(node.literal)
  if (node.type === 'TemplateLiteral' && Array.isArray(node.quasis) && node.quasis.length === 1) {
    const value: unknown = Reflect.get(Object(node.quasis[0]), 'value')
    return String(Reflect.get(Object(value), 'cooked'))
  }
  return undefined
}

function isBarrel(program: SyntaxNode): boolean {
  const body = Array.isArray(program.body) ? program.body.filter(isNode) : []
  const passesOn = (node: SyntaxNode) =>
    node.type === 'ExportAllDeclaration' ||
    (node.type === 'ExportNamedDeclaration' && !isNode(node.declaration))
  return body.some(passesOn) && body.every((node) => passesOn(node) || node.type === 'ImportDeclaration')
}
