import type { Terminal } from '../bin/command.ts'
import type { Finding, Verdict } from './check.ts'

/** Prints the findings: errors one by one, warnings folded by what they say. */
export function printFindings({ findings }: Verdict, terminal: Terminal): void {
  for (const finding of findings.filter(({ severity }) => severity === 'error')) {
    terminal.print(`${terminal.style('red', '✗')} ${terminal.style('bold', finding.rule)} ${finding.object}`)
    terminal.print(`    ${finding.message}`)
    terminal.print(`    ${place(finding)}`)
    terminal.print(`    ${terminal.style('dim', finding.mend)}`)
  }
  for (const same of fold(findings.filter(({ severity }) => severity === 'warning'))) {
    const [first] = same
    if (!first) continue
    const more = same.length > 1 ? ` and ${same.length - 1} more` : ''
    terminal.print(
      `${terminal.style('yellow', '!')} ${terminal.style('bold', first.rule)} ${first.object}${more}: ${first.message}`,
    )
  }
}

/** The verdict in one line. */
export function verdictLine({ objects, rules, findings }: Verdict, terminal: Terminal): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  const sign = errors > 0 ? terminal.style('red', '✗') : terminal.style('green', '✓')
  const judged = `${objects.toLocaleString('en')} objects by their schemas and ${rules} rules`
  return `${sign} ${judged}: ${errors} errors, ${warnings} warnings`
}

function place({ files, source }: Finding): string {
  const [first = ''] = files
  return `rendered/${first}${files.length > 1 ? ` and ${files.length - 1} more files` : ''}, from ${source}`
}

/** Findings that say the same of several objects of a rule. */
function fold(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  return [...Map.groupBy(findings, ({ rule, message }) => `${rule} ${message}`).values()]
}
