import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument, visit } from 'yaml'

/** An image of ours as it was published: `router=sha256:…`, or with the version that it has from now on. */
export interface Published {
  /** Its repository in the registry: `router`. */
  readonly repository: string
  /** @default the version stays */
  readonly version?: string
  readonly digest: string
}

/** What cannot be pinned: every line of it, with how to mend it. */
export class PinError extends Error {
  override readonly name = 'PinError'
}

/**
 * Reads `repository[:version]=sha256:…`, one a line.
 *
 * @throws {PinError} for every line that is none, an all-zero digest, or two digests for one image
 */
export function publishedIn(text: string): readonly Published[] {
  const problems: string[] = []
  const found = new Map<string, Published>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const groups =
      /^(?<repository>[a-z0-9][a-z0-9._/-]*)(?::(?<version>[\w.-]+))?=(?<digest>sha256:[0-9a-f]{64})$/.exec(
        line.trim(),
      )?.groups
    const say = (fault: string) => problems.push(`line ${index + 1}: ${fault}`)
    const { repository, version, digest } = groups ?? {}
    if (repository === undefined || digest === undefined) {
      say(`found ${line.trim()}, allowed: repository[:version]=sha256:<64 hexadecimal digits>`)
    } else if (/^sha256:0+$/.test(digest)) {
      say(`the digest of ${repository} is all zeros: no image has it`)
    } else if (found.has(repository) && found.get(repository)?.digest !== digest) {
      say(`${repository} has a digest already: publish it once`)
    } else found.set(repository, { repository, digest, ...(version === undefined ? {} : { version }) })
  }
  if (problems.length > 0) throw new PinError(problems.join('\n'))
  if (found.size === 0) throw new PinError('nothing to pin: no line names an image')
  return [...found.values()]
}

/**
 * A release.yaml with the digests in place; comments, order and spacing stay.
 *
 * @param used gets the repositories that the file names
 */
export function pinned(text: string, published: readonly Published[], used: Set<string>): string {
  const document = parseDocument(text)
  // By place in the text, the last first: nothing but the values changes.
  const edits: { readonly from: number; readonly to: number; readonly value: string }[] = []
  visit(document, {
    Map(_, map) {
      const image = published.find(({ repository }) => map.get('repository') === repository)
      if (!image || !map.has('digest')) return
      used.add(image.repository)
      for (const [key, value] of [
        ['digest', image.digest],
        ['version', image.version],
      ] as const) {
        const node: unknown = map.get(key, true)
        const range = typeof node === 'object' && node !== null && Reflect.get(node, 'range')
        if (value !== undefined && Array.isArray(range)) edits.push({ from: range[0], to: range[1], value })
      }
    },
  })
  let result = text
  for (const { from, to, value } of edits.toSorted((a, b) => b.from - a.from)) {
    result = result.slice(0, from) + value + result.slice(to)
  }
  return result
}

/**
 * Pins published images in every `apps/<app>/release.yaml`. All or nothing: files are written when everything fits.
 *
 * @returns the files that changed, from the root
 * @throws {PinError} for an image that no app runs
 */
export function pinDigests(root: string, published: readonly Published[]): readonly string[] {
  const used = new Set<string>()
  const files = globSync('apps/*/release.yaml', { cwd: root }).toSorted()
  const changed = files.flatMap((file) => {
    const before = readFileSync(join(root, file), 'utf8')
    const after = pinned(before, published, used)
    return after === before ? [] : [{ file, after }]
  })
  const strangers = published.filter(({ repository }) => !used.has(repository))
  if (strangers.length > 0) {
    const names = strangers.map(({ repository }) => repository).join(', ')
    throw new PinError(`no apps/*/release.yaml runs ${names}: name it there first, with \`digest: unbuilt\``)
  }
  for (const { file, after } of changed) writeFileSync(join(root, file), after)
  return changed.map(({ file }) => file)
}

if (import.meta.main) {
  try {
    const root = join(import.meta.dirname, '..')
    const changed = pinDigests(root, publishedIn(readFileSync(0, 'utf8')))
    for (const file of changed) console.log(`pinned ${file}`)
    if (changed.length === 0) console.log('every digest was pinned before')
  } catch (error) {
    if (!(error instanceof PinError)) throw error
    console.error(error.message)
    process.exitCode = 2
  }
}
