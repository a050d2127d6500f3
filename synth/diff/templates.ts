/** How many texts are held against a new one before it is looked at whole. */
const remembered = 48

/**
 * Groups pairs of files that are equal but for a name in them. The lists of ten thousand clusters are a few dozen
 * texts with a name: each file is compared with the latest of these as bytes, and only one of a kind becomes text.
 */
export interface Templates {
  /** `before` and `after` are copied if they are kept. */
  add(name: string, before: Buffer, after: Buffer): void
}

/**
 * @param look at the first of a kind
 * @param repeat for each further one, with what `look` gave
 */
export function openTemplates<T>(
  look: (name: string, before: string, after: string) => T,
  repeat: (name: string, seen: T) => void,
): Templates {
  const known: { before: readonly Buffer[]; after: readonly Buffer[]; seen: T }[] = []
  return {
    add(name, before, after) {
      const bytes = Buffer.from(name)
      const found = known.findIndex(
        (one) => matches(one.before, before, bytes) && matches(one.after, after, bytes),
      )
      const hit = known[found]
      if (hit) {
        // Latest first: neighbours are often of a kind.
        if (found > 0) known.unshift(...known.splice(found, 1))
        repeat(name, hit.seen)
        return
      }
      const seen = look(name, before.toString('utf8'), after.toString('utf8'))
      known.unshift({ before: cut(before, bytes), after: cut(after, bytes), seen })
      if (known.length > remembered) known.pop()
    },
  }
}

/** A text without a name: the pieces between its places. */
function cut(text: Buffer, name: Buffer): readonly Buffer[] {
  const copy = Buffer.from(text)
  const pieces: Buffer[] = []
  let start = 0
  for (let at = copy.indexOf(name); at >= 0; at = copy.indexOf(name, start)) {
    pieces.push(copy.subarray(start, at))
    start = at + name.length
  }
  pieces.push(copy.subarray(start))
  return pieces
}

function matches(pieces: readonly Buffer[], text: Buffer, name: Buffer): boolean {
  let size = (pieces.length - 1) * name.length
  for (const piece of pieces) size += piece.length
  if (size !== text.length) return false
  let at = 0
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) {
      if (text.compare(name, 0, name.length, at, at + name.length) !== 0) return false
      at += name.length
    }
    if (text.compare(piece, 0, piece.length, at, at + piece.length) !== 0) return false
    at += piece.length
  }
  return true
}
