import type { Row } from './row.ts'

/** The rows as text, grouped; the ratio is a row's CPU time over that of the first of its group. */
export function tableOf(rows: readonly Row[]): string {
  const lines: string[] = []
  for (const [group, members = []] of Object.entries(Object.groupBy(rows, (row) => row.group))) {
    const first = members[0]
    lines.push('', group, line('', 'CPU s', 'wall s', 'peak MB', 'objects', 'files', 'MB', 'CPU ×', 'runs'))
    for (const row of members) {
      lines.push(
        line(
          row.name,
          row.cpuSeconds.toFixed(2),
          row.wallSeconds.toFixed(2),
          (row.peakBytes / 1e6).toFixed(0),
          row.objects.toLocaleString('en'),
          row.files.toLocaleString('en'),
          (row.bytes / 1e6).toFixed(1),
          (row.cpuSeconds / (first?.cpuSeconds ?? Number.NaN)).toPrecision(3),
          String(row.runs),
        ),
      )
    }
  }
  return lines.join('\n').trimStart()
}

function line(name: string, ...cells: readonly string[]): string {
  return `  ${name.padEnd(30)}${cells.map((cell) => cell.padStart(10)).join('')}`
}
