/** `$1,234`, `−$31`. */
export function dollars(usd: number): string {
  return `${usd < 0 ? '−' : ''}$${Math.abs(usd).toLocaleString('en')}`
}

/** `+$1,234`, `−$31`. */
export function signed(usd: number): string {
  return usd > 0 ? `+${dollars(usd)}` : dollars(usd)
}

/** Rows with their columns under each other; `right`: columns of numbers. */
export function table(rows: readonly (readonly string[])[], right: readonly number[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
