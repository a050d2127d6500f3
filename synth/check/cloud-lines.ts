import type { Source } from './source-lines.ts'

/**
 * The line of a program that declares a resource: where its constructor is called with its name, or with a template
 * that gives it. A function that declares resources for others has their names from its callers: then the call.
 *
 * @param own the program's sources
 * @param shared what programs share
 */
export function cloudLine(
  own: readonly Source[],
  shared: readonly Source[],
  kind: string,
  name: string,
): string | undefined {
  const [best] = [...own, ...shared]
    .flatMap((source) => constructorsOf(source, kind, name))
    .toSorted((a, b) => b.weight - a.weight)
  if (best?.stem === undefined) return best?.place
  return callOf(own, best.stem) ?? best.place
}

interface Constructor {
  readonly place: string
  readonly weight: number
  /** What the caller gave: `slack` of `slack-policy`, where the source says `${name}-policy`. */
  readonly stem?: string
}

function constructorsOf({ path, lines }: Source, kind: string, name: string): readonly Constructor[] {
  const opens = new RegExp(`\\bnew (?:\\w+\\.)*${kind}\\(`)
  return lines.flatMap((line, index) => {
    const at = opens.exec(line)
    if (!at) return []
    const place = `${path}:${index + 1}`
    // The name may stand on the next line.
    const rest = [line.slice(at.index + at[0].length), ...lines.slice(index + 1, index + 3)].join(' ')
    const [, quote, text = ''] = /^\s*(['"`])(.*?)\1/.exec(rest) ?? []
    if (quote === undefined) return [{ place, weight: 1, stem: name }]
    if (text === name) return [{ place, weight: 10_000 }]
    const [whole, first] = matcherOf(text).exec(name) ?? []
    if (whole === undefined) return []
    const weight = 100 + 3 * text.replaceAll(/\$\{.*?\}/g, '').length - text.split('${').length
    return [{ place, weight, ...(text.startsWith('${') && first !== undefined ? { stem: first } : {}) }]
  })
}

/** Where the program gives the name: as it is, else as a template. */
function callOf(own: readonly Source[], stem: string): string | undefined {
  const places = own.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      [...line.matchAll(/(['"`])([^'"`]+)\1/g)].flatMap(({ index: at, 1: quote, 2: text = '' }) => {
        if (/^\s*(import|\*|\/\/)/.test(line)) return []
        const place = `${path}:${index + 1}`
        const isArgument =
          line.slice(0, at).trimEnd().endsWith('(') || lines[index - 1]?.endsWith('(') === true
        if (text === stem) return isArgument || /name: ['"`]/.test(line) ? [{ place, weight: 100 }] : []
        const isTemplate = quote === '`' && /\$\{/.test(text) && !text.startsWith('${')
        return isTemplate && matcherOf(text).test(stem) ? [{ place, weight: 20 }] : []
      }),
    ),
  )
  return places.toSorted((a, b) => b.weight - a.weight)[0]?.place
}

/** `models-${region}` as an expression that its values fit. */
function matcherOf(template: string): RegExp {
  const parts = template.split(/\$\{[^}]*\}/)
  return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('(.+)')}$`)
}
