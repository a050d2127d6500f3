/** The lines in which two texts differ, and what stands around them. */
export interface Hunk {
  readonly prefix: string
  readonly before: string
  readonly after: string
  readonly suffix: string
}

/**
 * A key for how a document changes: two documents with one key have the same fields changed in the same way,
 * though the values that did not change may be their own (a city, an address). So of ten thousand ConfigMaps that
 * all get the same new line, one is parsed.
 *
 * Kept whole: the lines that differ and their block, in which list items may be added or removed; of the rest the
 * keys, and the values that name a list's items, since paths are made of them.
 */
export function shapeOf(before: string, after: string): string {
  const hunk = hunkOf(before, after)
  if (onlyScalars.test(hunk.before) && onlyScalars.test(hunk.after)) {
    return [mask(hunk.prefix), hunk.before, hunk.after, mask(hunk.suffix)].join('\0')
  }
  const indent = Math.min(indentOf(hunk.before), indentOf(hunk.after))
  const start = blockStart(hunk.prefix, indent)
  const end = blockEnd(hunk.suffix, indent)
  return [
    mask(hunk.prefix.slice(0, start)),
    hunk.prefix.slice(start),
    hunk.before,
    hunk.after,
    hunk.suffix.slice(0, end),
    mask(hunk.suffix.slice(end)),
  ].join('\0')
}

/** Lines of `key: value` alone: no list can have got an item or lost one. */
const onlyScalars = /^(?: *"?[\w./-]+"?: [^|>{[\n][^\n]*(?:\n|$))*$/

/** Splits two texts at whole lines: what they begin with, what differs, what they end with. */
export function hunkOf(before: string, after: string): Hunk {
  const most = Math.min(before.length, after.length)
  let start = longestEqual(most, (length) => before.slice(0, length) === after.slice(0, length))
  start = start === 0 ? 0 : before.lastIndexOf('\n', start - 1) + 1
  const end = longestEqual(
    most - start,
    (length) => before.slice(before.length - length) === after.slice(after.length - length),
  )
  // Whole lines only: where the common end begins within a line, that line differs.
  const newline = before.indexOf('\n', before.length - end)
  const whole =
    end > 0 && beginsLine(before, before.length - end, start) && beginsLine(after, after.length - end, start)
  const at = whole ? before.length - end : end === 0 || newline < 0 ? before.length : newline + 1
  const kept = before.length - at
  return {
    prefix: before.slice(0, start),
    before: before.slice(start, at),
    after: after.slice(start, after.length - kept),
    suffix: before.slice(at),
  }
}

/** The greatest length up to `most` at which they are equal, by halving: comparing slices is comparing memory. */
function longestEqual(most: number, equal: (length: number) => boolean): number {
  let [low, high] = [0, most]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (equal(middle)) low = middle
    else high = middle - 1
  }
  return low
}

function beginsLine(text: string, at: number, start: number): boolean {
  return at === start || text.charCodeAt(at - 1) === 10
}

function indentOf(lines: string): number {
  const indents = lines.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.search(/\S/)]))
  return indents.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...indents)
}

/** Where the last line with less indent ends. */
function blockStart(prefix: string, indent: number): number {
  let end = prefix.length
  while (end > 0) {
    const start = prefix.lastIndexOf('\n', end - 2) + 1
    const line = prefix.slice(start, end)
    if (line.trim() !== '' && line.search(/\S/) < indent) return end
    end = start
  }
  return 0
}

function blockEnd(suffix: string, indent: number): number {
  let start = 0
  while (start < suffix.length) {
    const newline = suffix.indexOf('\n', start)
    const end = newline < 0 ? suffix.length : newline + 1
    const line = suffix.slice(start, end)
    if (line.trim() !== '' && line.search(/\S/) < indent) return start
    start = end
  }
  return suffix.length
}

const scalars =
  /^( *"?(?!(?:name|namespace|kind|group|server|id|ip|key|operator|type|message|port|containerPort|protocol|mountPath|devicePath|topologyKey|whenUnsatisfiable)"?:)[\w./-]+"?: )[^|>\n][^\n]*$/gm

function mask(lines: string): string {
  return lines.replace(scalars, '$1')
}
