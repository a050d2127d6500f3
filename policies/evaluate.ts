import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type Effort, findingsOf } from './answer.ts'
import { EvaluatorError } from './evaluator-error.ts'
import type { Finding } from './finding.ts'
import { splitKind } from './kinds.ts'
import type { Rule } from './rule.ts'

/** A text with one or several objects, YAML or JSON. */
export interface PolicyDocument {
  readonly text: string
}

type Documents = Iterable<PolicyDocument> | AsyncIterable<PolicyDocument>

/**
 * Judges documents by rules with the API server's own CEL (policies/evaluator).
 *
 * @param documents each judged by every rule that matches the kinds of its objects; consumed as a stream
 * @param options.binary path of the built evaluator
 * @param options.onEffort told what it came to, for a bench
 * @returns findings in the order document, object, rule (as given), validation
 * @throws EvaluatorError where the program is missing, a rule does not compile or a document cannot be read
 * @example
 * const findings = await evaluate(rules, [{ text: 'apiVersion: v1\nkind: Service\n…' }], { binary })
 */
export async function evaluate(
  rules: readonly Rule[],
  documents: Documents,
  options: { readonly binary: string; readonly onEffort?: (effort: Effort) => void },
): Promise<Finding[]> {
  if (!existsSync(options.binary)) {
    throw new EvaluatorError('EVALUATOR_MISSING', [
      `the policy evaluator ${options.binary} is not there: npm start builds it`,
    ])
  }
  const child = spawn(options.binary, { stdio: ['pipe', 'pipe', 'pipe'] })
  const status = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  // A fault here must not outrun the answer: where the evaluator refused the rules, it closes its input early.
  const sent = pipeline(Readable.from(input(rules, documents)), child.stdin).then(
    () => undefined,
    (fault: unknown) => fault,
  )
  const [stdout, stderr, ended, fault] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    status,
    sent,
  ])
  if (fault !== undefined && !isClosedInput(fault)) throw fault
  return findingsOf(
    { stdout: stdout.toString(), stderr: stderr.toString(), status: ended },
    rules,
    options.onEffort,
  )
}

/** The evaluator's input (policies/evaluator/main.go says what it is), in pieces of some 256 KiB. */
async function* input(rules: readonly Rule[], documents: Documents): AsyncGenerator<string> {
  const head = rules.map(({ id, match, variables, validations }) => ({
    id,
    match: match.kinds.map(splitKind),
    variables,
    validations: validations.map(({ cel, message, messageCel }) => ({ cel, message, messageCel })),
  }))
  let piece = `${JSON.stringify({ rules: head })}\n`
  for await (const { text } of documents) {
    piece += `${Buffer.byteLength(text)}\n${text}`
    if (piece.length > 1 << 18) {
      yield piece
      piece = ''
    }
  }
  yield piece
}

function isClosedInput(fault: unknown): boolean {
  return (
    fault instanceof Error &&
    'code' in fault &&
    (fault.code === 'EPIPE' || fault.code === 'ECONNRESET' || fault.code === 'ERR_STREAM_PREMATURE_CLOSE')
  )
}
