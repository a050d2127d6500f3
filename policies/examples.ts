import { evaluate } from './evaluate.ts'
import type { Finding } from './finding.ts'
import type { Rule } from './rule.ts'

/**
 * Holds rules against their own examples: what passes must pass, what fails must fail, by a violation and not by
 * an error of the expression, and every validation must be violated by some example, so that none can never fire.
 *
 * @param options.binary path of the built evaluator
 * @returns a line for each problem
 */
export async function exampleProblems(
  rules: readonly Rule[],
  options: { readonly binary: string },
): Promise<string[]> {
  // An example is judged by its own rule alone; another one may well object to it.
  const problems = await Promise.all(rules.map((rule) => problemsOf(rule, options)))
  return problems.flat()
}

async function problemsOf(rule: Rule, options: { readonly binary: string }): Promise<string[]> {
  const examples = [...rule.pass, ...rule.fail].map((example) => ({ text: JSON.stringify(example) }))
  const findings = await evaluate([rule], examples, options)
  const name = (document: number): string =>
    document < rule.pass.length ? `pass[${document}]` : `fail[${document - rule.pass.length}]`
  const of = (document: number): Finding[] => findings.filter((finding) => finding.document === document)

  return [
    ...rule.pass.flatMap((_, index) =>
      of(index).map(({ message }) => `rule ${rule.id}: pass[${index}] does not pass: ${message}`),
    ),
    ...rule.fail.flatMap((_, index) =>
      of(rule.pass.length + index).length > 0 ? [] : [`rule ${rule.id}: fail[${index}] passes`],
    ),
    ...findings
      .filter(({ error }) => error)
      .map(({ document, message }) => `rule ${rule.id}: ${name(document)}: ${message}`),
    ...rule.validations.flatMap(({ message }, index) =>
      findings.some(({ validation }) => validation === index)
        ? []
        : [
            `rule ${rule.id}: validations[${index}] (${message}) is violated by no example, so it may never fire`,
          ],
    ),
  ]
}
