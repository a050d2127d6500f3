import type { Terminal } from '../bin/command.ts'
import type { Finding, Verdict } from './check/finding.ts'
import { grouped } from './numbers.ts'

/** Prints the findings: errors one by one, warnings and what is excepted folded by what they say. */
export function printFindings({ findings, excepted }: Verdict, terminal: Terminal): void {
  for (const finding of merge(findings.filter(({ severity }) => severity === 'error'))) {
    terminal.print(`${terminal.style('red', '✗')} ${terminal.style('bold', finding.rule)} ${finding.object}`)
    terminal.print(`    ${finding.message}`)
    terminal.print(`    ${place(finding)}`)
    terminal.print(`    ${terminal.style('dim', finding.mend)}`)
  }
  for (const same of fold(findings.filter(({ severity }) => severity === 'warning'))) {
    const [first] = same
    if (!first) continue
    const sign = terminal.style('yellow', '!')
    terminal.print(`${sign} ${terminal.style('bold', first.rule)} ${names(same)}: ${first.message}`)
    terminal.print(`    ${terminal.style('dim', first.source)}`)
  }
  for (const same of fold(excepted)) {
    const [first] = same
    if (!first) continue
    const { owner, until, reason, source } = first.exception
    const sign = terminal.style('cyan', '±')
    terminal.print(`${sign} ${terminal.style('bold', first.rule)} ${names(same)}: ${first.message}`)
    terminal.print(
      `    ${terminal.style('dim', `excepted until ${until} by ${owner} (${source}): ${reason}`)}`,
    )
  }
}

/** The verdict in one line. */
export function verdictLine(verdict: Verdict, terminal: Terminal): string {
  const { objects, views, resources, rules, findings, excepted } = verdict
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const counts = [`${errors} errors`, `${findings.length - errors} warnings`]
  if (excepted.length > 0) counts.push(`${excepted.length} excepted`)
  const sign = errors > 0 ? terminal.style('red', '✗') : terminal.style('green', '✓')
  const judged = [
    `${grouped(objects)} objects`,
    ...(views > 0 ? [`${views} views of the fleet`] : []),
    ...(resources > 0 ? [`${grouped(resources)} resources of the cloud`] : []),
  ].join(', ')
  return `${sign} ${judged}, by schemas and ${rules} rules: ${counts.join(', ')}`
}

function place({ files, source }: Finding): string {
  const [first] = files
  if (first === undefined) return source
  const more = files.length > 1 ? ` and ${files.length - 1} more files` : ''
  return `${source}, rendered/${first}${more}`
}

function names(same: readonly Finding[]): string {
  const objects = [...new Set(same.map(({ object }) => object))]
  return `${objects[0]}${objects.length > 1 ? ` and ${objects.length - 1} more` : ''}`
}

/** The same of the same object, which several variants have, is one with all their files. */
function merge(findings: readonly Finding[]): readonly Finding[] {
  const same = Map.groupBy(findings, ({ rule, object, message }) => `${rule} ${object} ${message}`)
  return [...same.values()].flatMap(([first, ...more]) =>
    first ? [{ ...first, files: [...new Set([first, ...more].flatMap(({ files }) => files))] }] : [],
  )
}

/** Findings that say the same of several objects of a rule. */
function fold<F extends Finding>(findings: readonly F[]): readonly (readonly F[])[] {
  return [...Map.groupBy(findings, ({ rule, message }) => `${rule} ${message}`).values()]
}
