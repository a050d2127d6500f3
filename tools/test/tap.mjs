/**
 * Reads TAP, as ava writes it, line by line, and tells it again for people.
 *
 * A todo is neither passed nor failed, though TAP says `not ok`; a skipped test likewise.
 * @param {(line: string) => void} print
 */
export function tapReader(print) {
  const counts = { passed: 0, failed: 0, todo: 0, skipped: 0 }
  /** What was printed of the failed tests, to be said again at the end, where people look. */
  const failures = []
  let inDetails = false
  let showDetails = false

  return { counts, failures, read }

  /** @param {string} line */
  function tellFailure(line) {
    failures.push(line)
    print(line)
  }

  /** @param {string} line */
  function read(line) {
    if (inDetails) {
      if (line.trim() === '...') inDetails = false
      else if (showDetails) tellFailure(`    ${line}`)
      return
    }
    if (line.trim() === '---') {
      inDetails = true
      return
    }
    const result = /^\s*(not )?ok \d+(?: - )?(.*?)(?: # (todo|skip)\b.*)?$/i.exec(line)
    if (result) verdict(result)
    else if (/^# (tests|pass|fail|skip|todo) \d+/.test(line) || /^(TAP version|\d+\.\.\d+)/.test(line)) return
    else if (line.trim()) print(`    ${line}`)
  }

  function verdict([, bad, title, directive]) {
    const kind =
      directive?.toLowerCase() === 'todo' ? 'todo' : directive ? 'skipped' : bad ? 'failed' : 'passed'
    counts[kind] += 1
    showDetails = kind === 'failed'
    const sign = { passed: '✓', failed: '✗', todo: '…', skipped: '–' }[kind]
    const tell = kind === 'failed' ? tellFailure : print
    tell(`  ${sign} ${title}${kind === 'todo' || kind === 'skipped' ? ` (${kind})` : ''}`)
  }
}
