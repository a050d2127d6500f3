import type { Terminal } from '../../bin/command.ts'
import type { DrillReport, DrillStep, Objective } from './report.ts'

const marks = { ok: ['green', '✓'], failed: ['red', '✗'], skipped: ['yellow', '–'] } as const
const shownNotes = 12

/** For people: the changes, the five steps with their times, and both objectives. */
export function printDrill(report: DrillReport, terminal: Terminal): void {
  const { region, dryRun, changes, steps, rto, rpo } = report
  terminal.print(
    terminal.style(
      'bold',
      dryRun ? `Drill of ${region}: the plan, nothing is changed` : `Drill of ${region}`,
    ),
  )
  terminal.print(dryRun ? '\nWith --yes it would change:' : '\nIt changed:')
  for (const change of changes) terminal.print(`  ${change}`)
  terminal.print('')
  for (const [index, step] of steps.entries()) printStep(index + 1, step, terminal)
  terminal.print('')
  printObjective('recovery time (RTO)', rto, terminal)
  printObjective('recovery point (RPO)', rpo, terminal)
}

function printStep(number: number, { name, status, figures, notes }: DrillStep, terminal: Terminal): void {
  const [colour, mark] = marks[status]
  terminal.print(terminal.style(colour, `${mark} ${number}. ${name}`))
  for (const { what, seconds, kind, counts } of figures) {
    const time = `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`.padStart(9)
    terminal.print(`  ${time}  ${kind}  ${what}${counts ? '' : terminal.style('dim', ' (not in the sum)')}`)
  }
  for (const note of notes.slice(0, shownNotes)) terminal.print(`             ${note}`)
  if (notes.length > shownNotes) terminal.print(`             and ${notes.length - shownNotes} more: --json`)
}

function printObjective(
  name: string,
  { seconds, targetSeconds, met, reason }: Objective,
  terminal: Terminal,
): void {
  const known = seconds === undefined ? 'not measured' : `${seconds.toFixed(1)} s`
  const line = `${met ? '✓' : '✗'} ${name}: ${known} of ${targetSeconds} s${reason === undefined ? '' : `, ${reason}`}`
  terminal.print(terminal.style(met ? 'green' : 'red', line))
}
