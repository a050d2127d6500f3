/** Is the one version before the other? By the numbers in front (Semantic Versioning 2.0.0, 11.2); `v` is allowed. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(than)]
  if (!a || !b) return false
  for (const [at, part] of a.entries()) {
    const other = b[at] ?? 0
    if (part !== other) return part < other
  }
  return false
}

function numbersOf(version: string): readonly number[] | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? []
  return major === undefined || minor === undefined
    ? undefined
    : [Number(major), Number(minor), Number(patch ?? 0)]
}
