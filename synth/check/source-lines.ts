import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stacks } from '../../platform/stacks.ts'
import { cloudLine } from './cloud-lines.ts'

/** What is known of an object when its source is looked for. */
export interface Rendered {
  readonly kind: string
  readonly name: string
  readonly message: string
  /** The rendered files that hold it. */
  readonly files: readonly string[]
}

/**
 * Finds the line to change for a rendered object: where its app's sources name it, the fact that decides it, or the
 * node file that writes it. It reads the sources as text, so it points to where a person would begin to look.
 *
 * @param root the repository's root
 * @returns for an object, `apps/gateway/app.ts:40` from the root
 */
export function sourceFinder(root: string): (rendered: Rendered) => string {
  const folders = new Map<string, readonly Source[]>()
  const sources = (...patterns: readonly string[]): readonly Source[] => {
    const key = patterns.join(' ')
    const known = folders.get(key) ?? patterns.flatMap((pattern) => readSources(root, pattern))
    folders.set(key, known)
    return known
  }

  return (rendered) => {
    const { kind, name, message, files } = rendered
    const [file = ''] = files
    const [room, first = ''] = file.split('/')
    if (room === 'cloud') {
      const stack = first.replace(/\.yaml$/, '')
      const program = stacks.find((one) => one.name === stack)?.program ?? stack
      const shared = sources('platform/aws/_lib/*.ts', 'platform/aws/provider.ts')
      const line =
        imageLine(sources(`platform/${program}/release.yaml`), message) ??
        cloudLine(sources(`platform/${program}/**/*.ts`), shared, kind, name)
      return line ?? `platform/${program}/program.ts:1`
    }
    if (kind === 'Budget' || kind === 'Route' || kind === 'Platform') {
      const facts = { Budget: 'budget', Route: 'routes', Platform: 'platform' }[kind]
      return factLine(sources(`clusters/${facts}.yaml`), name, message) ?? `clusters/${facts}.yaml:1`
    }
    if (room === 'apps') {
      const own = `apps/${first}`
      return (
        imageLine(sources(`${own}/release.yaml`), message) ??
        bestLine(sources(`${own}/*.ts`), kind, name, 50) ??
        bestLine(sources('apps/_lib/*.ts'), kind, name, 60) ??
        ruleLine(sources('policies/rules/**/*.ts'), name) ??
        bestLine(sources(`${own}/*.ts`), kind, name) ??
        chartLine(sources(`${own}/app.ts`)) ??
        `${own}/app.ts:1`
      )
    }
    if (room === 'clusters') {
      return (
        factLine(sources(`clusters/fleet/${first}.yaml`), first, message) ?? `clusters/fleet/${first}.yaml:1`
      )
    }
    if (room === 'nodes') return nodeLine(sources('nodes/*.ts'), file, kind, name)
    return `${file}:1`
  }
}

export interface Source {
  readonly path: string
  readonly lines: readonly string[]
}

function readSources(root: string, pattern: string): Source[] {
  const paths = pattern.includes('*') ? globSync(pattern, { cwd: root }).toSorted() : [pattern]
  return paths
    .filter(
      (path) => !/\.(test|examples|fixture)\.ts$|\/testing\.ts$/.test(path) && existsSync(join(root, path)),
    )
    .map((path) => ({
      path: path.replaceAll('\\', '/'),
      lines: readFileSync(join(root, path), 'utf8').split('\n'),
    }))
}

/** The line of release.yaml whose image the message names. */
function imageLine(releases: readonly Source[], message: string): string | undefined {
  return firstLine(releases, (line) => {
    const repository = /^\s+[\w-]+: \{ repository: ([\w./-]+), version: /.exec(line)?.[1]
    return repository !== undefined && new RegExp(`/${RegExp.escape(repository)}(?![\\w./-])`).test(message)
  })
}

/** The fact that the message speaks of, else the one that names the object. */
function factLine(facts: readonly Source[], name: string, message: string): string | undefined {
  const words = new Set(message.match(/[A-Za-z][\w-]*/g) ?? [])
  return (
    firstLine(facts, (line) =>
      new RegExp(`^\\s+(- \\{ )?(id|name): ['"]?${RegExp.escape(name)}(?![\\w-])`).test(line),
    ) ??
    firstLine(facts, (line) => {
      const key = /^([A-Za-z]\w*):/.exec(line)?.[1]
      return key !== undefined && key !== 'name' && words.has(key)
    }) ??
    firstLine(facts, (line) => /^[A-Za-z]\w*:/.test(line))
  )
}

/** A rule's policy and bindings carry its id. */
function ruleLine(rules: readonly Source[], name: string): string | undefined {
  const id = name.replace(/^meridian-/, '')
  return (
    firstLine(rules, (line) => line.includes(`id: '${id}'`)) ??
    firstLine(rules, (line) => line.includes(`id: '${id.replace(/(-warning)?(-cluster)?$/, '')}'`))
  )
}

function chartLine(app: readonly Source[]): string | undefined {
  return firstLine(app, (line) => /^\s+(chart|helm)(\(|: )/.test(line))
}

/** nodes/audit.ts writes audit.yaml; of other files the line that names them. */
function nodeLine(nodes: readonly Source[], file: string, kind: string, name: string): string {
  const base = file.split('/').at(-1) ?? ''
  const own = nodes.filter(({ path }) => path === `nodes/${base.replace(/\.\w+$/, '')}.ts`)
  return (
    bestLine(own, kind, name) ??
    firstLine(own, (line) => /^export (function|const) /.test(line)) ??
    bestLine(nodes, kind, name) ??
    firstLine(nodes, (line) => line.includes(`'${base}'`) || line.includes(`/${base}'`)) ??
    'nodes/variant.ts:1'
  )
}

/**
 * The line that makes the object, if any names it. An object that another one brings along has a longer name:
 * `router-config` comes with `router`.
 */
function bestLine(sources: readonly Source[], kind: string, name: string, least = 1): string | undefined {
  const parts = name === '' ? [] : name.split(/[-.:]/)
  for (let length = parts.length; length > 0; length--) {
    const part = name.slice(0, parts.slice(0, length).join('-').length)
    const [best] = sources
      .flatMap((source) => linesNaming(source, part, kind))
      .filter(({ weight }) => weight >= least)
      .toSorted((a, b) => b.weight - a.weight)
    if (best) return best.place
  }
  return undefined
}

/** Lines that name the object, itself or by a constant, and how likely it is each that makes it. */
function linesNaming(
  { path, lines }: Source,
  name: string,
  kind: string,
): { place: string; weight: number }[] {
  const quoted = `(?<![\\w-])['"]?${RegExp.escape(name)}['"]?(?![\\w'"-])`
  const constants = lines.flatMap(
    (line) => new RegExp(`const (\\w+)(?:: \\w+)? = ['"]${RegExp.escape(name)}['"]`).exec(line)?.[1] ?? [],
  )
  const word = `(?:['"]${RegExp.escape(name)}['"]${constants.map((constant) => `|\\b${constant}\\b`).join('')})`
  const mentions = new RegExp(word)
  const makesKind = new RegExp(
    `\\bKube${kind}(V\\d)?\\(|^\\s+${kind[0]?.toLowerCase()}${kind.slice(1)}\\(|^\\s+kind: '${kind}',$`,
  )
  const makes = new RegExp(
    `^\\s*(new )?[\\w.]+\\(.*${word}.*,? \\{$|^\\s*\\w+\\((chart|scope), (\\{ name: )?${word}`,
  )
  const named = new RegExp(`\\b(name|id|app): ${word}|\\bconst (name|\\w+Name|\\w+Account) = ${word}`)
  // A list of keys each of which becomes an object: namespaces.
  const key = new RegExp(`^ {2}${quoted}: \\{$`)
  return lines.flatMap((line, index) => {
    const place = `${path}:${index + 1}`
    const around = (before: number, after: number, what: RegExp) =>
      lines.slice(Math.max(0, index - before), index + after + 1).some((other) => what.test(other))
    if (makesKind.test(line) && mentions.test(line)) return [{ place, weight: 95 }]
    // The name may stand on a line of its own; a call that ends where it begins has none.
    if (makesKind.test(line) && !line.endsWith(')') && around(2, 4, mentions)) return [{ place, weight: 90 }]
    if (makesKind.test(line) && constants.length > 0) return [{ place, weight: 85 }]
    if (/^\s*(\/\/|\*|\/\*|import )|\b(image|peer|caller)\(/.test(line)) return []
    if (makes.test(line)) return [{ place, weight: 80 }]
    if (key.test(line)) return [{ place, weight: 60 }]
    if (named.test(line) && !/^ {2}(name|namespace): /.test(line)) return [{ place, weight: 50 }]
    return mentions.test(line) ? [{ place, weight: 10 }] : []
  })
}

function firstLine(sources: readonly Source[], fits: (line: string) => boolean): string | undefined {
  for (const { path, lines } of sources) {
    const index = lines.findIndex((line) => fits(line))
    if (index >= 0) return `${path}:${index + 1}`
  }
  return undefined
}
