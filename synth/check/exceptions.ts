import { FactsError, type Problem, readFacts } from '../../clusters/facts.ts'
import { type Exception, Exceptions } from '../../policies/exceptions.ts'
import type { Rule } from '../../policies/rule.ts'
import type { ExceptedFinding, Finding } from './finding.ts'

export interface ExceptionsFile {
  readonly file: string
  /** Each with the line on which it stands. */
  readonly exceptions: readonly (Exception & { readonly line: number })[]
  /** A problem with the exception of that place in the file. */
  problem(index: number, key: keyof Exception, message: string): Problem
}

/**
 * Reads the exceptions.
 *
 * @param rules an exception of a rule that is not among them is wrong
 * @throws {FactsError} with every wrong line
 */
export function readExceptions(file: string, rules: readonly Rule[]): ExceptionsFile {
  const problems: Problem[] = []
  const facts = readFacts(file, Exceptions, problems)
  if (!facts) throw new FactsError(problems)
  const { exceptions } = facts.value
  const problem: ExceptionsFile['problem'] = (index, key, message) =>
    facts.problem(['exceptions', index, key], message)
  for (const [index, { rule }] of exceptions.entries()) {
    if (rules.some(({ id }) => id === rule)) continue
    problems.push(problem(index, 'rule', `no rule ${rule}; npx meridian check --rules lists them`))
  }
  if (problems.length > 0) throw new FactsError(problems)
  return {
    file: facts.file,
    exceptions: exceptions.map((exception, index) => ({
      ...exception,
      line: problem(index, 'rule', '').line,
    })),
    problem,
  }
}

/**
 * Takes out of the findings what is excepted.
 *
 * @param today as `2027-01-31`; an exception holds through its last day
 * @returns the others, with an error for each exception that is past its end or of a rule that denies
 * @throws {FactsError} with a line for each exception that no finding needs any more
 */
export function applyExceptions(
  findings: readonly Finding[],
  { file, exceptions, problem }: ExceptionsFile,
  rules: readonly Rule[],
  today: string,
): { readonly findings: readonly Finding[]; readonly excepted: readonly ExceptedFinding[] } {
  const matches = exceptions.map((exception) => matcher(exception))
  const dangling = exceptions.flatMap(({ rule, object }, index) =>
    findings.some((finding) => matches[index]?.(finding))
      ? []
      : [problem(index, 'rule', `dangling exception: ${rule} finds nothing of ${object}; remove it`)],
  )
  if (dangling.length > 0) throw new FactsError(dangling)
  const remaining: Finding[] = []
  const excepted: ExceptedFinding[] = []
  for (const finding of findings) {
    const index = matches.findIndex((fits, at) => fits(finding) && (exceptions[at]?.until ?? '') >= today)
    const exception = exceptions[index]
    if (!exception) {
      remaining.push(finding)
      continue
    }
    const { owner, reason, until, line } = exception
    excepted.push({ ...finding, exception: { owner, reason, until, source: `${file}:${line}` } })
  }
  return { findings: [...remaining, ...exceptions.flatMap((exception) => faults(exception))], excepted }

  function faults({ rule, object, owner, until, line }: ExceptionsFile['exceptions'][number]): Finding[] {
    const fault = (part: string, message: string, mend: string): Finding => ({
      rule: 'exception',
      severity: 'error',
      object,
      part: `${rule} ${part}`,
      message,
      mend,
      files: [],
      source: `${file}:${line}`,
    })
    if (until < today) {
      const message = `the exception from ${rule} ended on ${until}; ${owner} answers for it`
      return [fault('until', message, 'Mend the object and remove the exception.')]
    }
    const known = rules.find(({ id }) => id === rule)
    if (known?.scope !== 'object' || !known.admission || known.stage !== 'deny') return []
    const message = `${rule} denies, and clusters know no exceptions: they would refuse the object`
    return [fault('stage', message, "Mend the object, or put the rule back into the stage 'warn'.")]
  }
}

function matcher({ rule, object, message = '*' }: Exception): (finding: Finding) => boolean {
  const [objects, messages] = [glob(object), glob(message)]
  return (finding) => finding.rule === rule && objects.test(finding.object) && messages.test(finding.message)
}

function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`, 's')
}
