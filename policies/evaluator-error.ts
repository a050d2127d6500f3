/** Nothing could be judged. `problems` has a line for each rule, document or fault of the program. */
export class EvaluatorError extends Error {
  override readonly name = 'EvaluatorError'
  readonly code: 'EVALUATOR_MISSING' | 'EVALUATOR_FAILED' | 'RULE_INVALID' | 'DOCUMENT_INVALID'
  readonly problems: readonly string[]
  /** Documents that cannot be read: index among those given, line from 1. */
  readonly documents: readonly {
    readonly document: number
    readonly line: number
    readonly message: string
  }[]

  constructor(
    code: EvaluatorError['code'],
    problems: readonly string[],
    documents: EvaluatorError['documents'] = [],
  ) {
    super(problems.join('\n'))
    this.code = code
    this.problems = problems
    this.documents = documents
  }
}
