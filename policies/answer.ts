import { z } from 'zod'
import { EvaluatorError } from './evaluator-error.ts'
import type { Finding } from './finding.ts'
import type { Rule } from './rule.ts'

/** What the evaluator left behind: its output streams and exit status (null: ended by a signal). */
export interface Answer {
  readonly stdout: string
  readonly stderr: string
  readonly status: number | null
}

/** What a judgement came to. */
export interface Effort {
  readonly documents: number
  readonly objects: number
  /** Validations, each on one object. */
  readonly evaluations: number
  /** CPU time of the evaluator until the rules were compiled, and from there to the end. */
  readonly loadSeconds: number
  readonly judgeSeconds: number
}

/**
 * Reads the evaluator's answer (policies/evaluator/main.go) and adds what only the rule knows.
 * @throws EvaluatorError where it reports problems or is not complete
 */
export function findingsOf(
  answer: Answer,
  rules: readonly Rule[],
  onEffort?: (effort: Effort) => void,
): Finding[] {
  const lines = answer.stdout.split('\n')
  // What follows the last newline is empty, or a line that was cut off.
  lines.pop()
  const parsed = lines.map((line) => Line.parse(JSON.parse(line)))
  const problems = parsed.filter((line) => 'problem' in line)
  if (problems.length > 0) throw refusal(problems)
  const last = parsed.at(-1)
  if (answer.status !== 0 || last === undefined || !('done' in last)) throw breakdown(answer)
  onEffort?.(last.done)

  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  return parsed.flatMap((line) => {
    if (!('validation' in line)) return []
    const rule = byId.get(line.rule)
    const validation = rule?.validations[line.validation]
    if (rule === undefined || validation === undefined) throw breakdown(answer)
    return [{ ...line, severity: validation.severity ?? rule.severity, mend: rule.mend }]
  })
}

const Violation = z.object({
  document: z.int(),
  line: z.int(),
  rule: z.string(),
  validation: z.int(),
  message: z.string(),
  error: z.boolean().default(false),
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
})

const Problem = z.object({
  problem: z.string(),
  rule: z.string().optional(),
  where: z.string().optional(),
  expression: z.string().optional(),
  document: z.int().optional(),
  line: z.int().default(1),
  column: z.int().default(1),
})
type Problem = z.infer<typeof Problem>

const Done = z.object({
  done: z.object({
    documents: z.int(),
    objects: z.int(),
    evaluations: z.int(),
    loadSeconds: z.number().default(0),
    judgeSeconds: z.number().default(0),
  }),
})

const Line = z.union([Violation, Problem, Done])

function refusal(problems: readonly Problem[]): EvaluatorError {
  const documents = problems.flatMap(({ document, line, problem }) =>
    document === undefined ? [] : [{ document, line, message: problem }],
  )
  const code = problems.some(({ rule }) => rule !== undefined)
    ? 'RULE_INVALID'
    : documents.length > 0
      ? 'DOCUMENT_INVALID'
      : 'EVALUATOR_FAILED'
  return new EvaluatorError(code, problems.map(sentence), documents)
}

function sentence({ problem, rule, where, expression, document, line, column }: Problem): string {
  if (document !== undefined) return `document ${document}, line ${line}: ${oneLine(problem)}`
  if (rule === undefined) return oneLine(problem)
  const shown = expression?.split('\n')[line - 1]?.trim() ?? ''
  return `rule ${rule}: ${where}, line ${line}, column ${column}: ${oneLine(problem)} in: ${shown}`
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

function breakdown({ status, stderr }: Answer): EvaluatorError {
  const how = status === null ? 'was ended by a signal' : `ended with status ${status}`
  return new EvaluatorError('EVALUATOR_FAILED', [
    `the policy evaluator ${how} before its answer was complete: ${oneLine(stderr.trim()).slice(0, 500)}`,
  ])
}
