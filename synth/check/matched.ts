import { splitKind } from '../../policies/kinds.ts'
import type { Rule } from '../../policies/rule.ts'
import type { Document } from '../documents.ts'

/**
 * How many of the documents each rule judges, by its id. A rule that judged nothing has passed nothing: a matrix for
 * auditors must tell the two apart.
 */
export function matchedCounts(
  rules: readonly Rule[],
  documents: readonly Document[],
): Readonly<Record<Rule['id'], number>> {
  const counts = new Map<string, number>()
  for (const { text } of documents) {
    const kind = kindOf(text)
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return Object.fromEntries(
    rules.map(({ id, match }) => {
      const wanted = match.kinds.map(splitKind)
      const matched = [...counts].filter(([name]) => {
        const { group, kind } = splitKind(name)
        return wanted.some(
          (w) => (w.group === '*' || w.group === group) && (w.kind === '*' || w.kind === kind),
        )
      })
      return [id, matched.reduce((sum, [, count]) => sum + count, 0)]
    }),
  )
}

/** `apps/Deployment`, out of what our own emitters wrote: YAML with these keys at the margin, or JSON. */
function kindOf(text: string): string {
  const apiVersion = /^(?:apiVersion: |\{"apiVersion":)"?([^"\s,]+)/m.exec(text)?.[1] ?? ''
  const kind = /^(?:kind: "?|\{"apiVersion":"[^"]+","kind":")(\w+)/m.exec(text)?.[1] ?? ''
  return apiVersion.includes('/') ? `${apiVersion.split('/')[0]}/${kind}` : kind
}
