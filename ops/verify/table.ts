import type { Terminal } from '../../bin/command.ts'
import type { Check, WalkReport } from './walk.ts'

const marks = { ok: ['green', '✓'], failed: ['red', '✗'], skipped: ['yellow', '–'] } as const

/** For people: a line a step; below it what failed, and, for once each reason, what was skipped. */
export function printWalk(
  { steps, ok, failed, skipped, ms }: WalkReport,
  all: boolean,
  terminal: Terminal,
): void {
  const width = Math.max(...steps.map(({ name }) => name.length))
  for (const { name, ms: stepMs, checks } of steps) {
    const bad = checks.filter(({ status }) => status === 'failed').length
    const good = checks.filter(({ status }) => status === 'ok').length
    const status = bad > 0 ? 'failed' : good > 0 || checks.length === 0 ? 'ok' : 'skipped'
    const [colour, mark] = marks[status]
    const counts = checks.length === 0 ? 'nothing rendered' : `${good} of ${checks.length} as rendered`
    const line = `${mark} ${name.padEnd(width)}  ${counts.padEnd(24)} ${(stepMs / 1000).toFixed(1)} s`
    terminal.print(terminal.style(colour, line))
    const shown = all ? checks : checks.filter((check) => check.status === 'failed')
    for (const check of shown) printCheck(check, terminal)
    if (!all) printSkipped(checks, terminal)
  }
  const summary = `${ok} as rendered, ${failed} not, ${skipped} skipped, ${(ms / 1000).toFixed(1)} s`
  terminal.print(`\n${terminal.style(failed > 0 ? 'red' : 'green', summary)}`)
}

function printCheck({ subject, status, expected, found, reason }: Check, terminal: Terminal): void {
  const [colour, mark] = marks[status]
  terminal.print(
    `    ${terminal.style(colour, mark)} ${subject}${reason === undefined ? '' : ` (${reason})`}`,
  )
  if (status === 'ok') return
  terminal.print(`        expected ${expected}`)
  if (status === 'failed') terminal.print(`        found    ${found}`)
}

/** A walk without Pulumi's state skips much for one and the same reason. */
function printSkipped(checks: readonly Check[], terminal: Terminal): void {
  const byReason = Map.groupBy(
    checks.filter(({ status }) => status === 'skipped'),
    ({ reason = '' }) => reason,
  )
  for (const [reason, group] of byReason) {
    const [first] = group
    const others = group.length > 1 ? ` and ${group.length - 1} more` : ''
    terminal.print(`    ${terminal.style('yellow', '–')} skipped ${first?.subject}${others}: ${reason}`)
  }
}
