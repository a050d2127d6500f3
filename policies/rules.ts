import { type Rule, RuleError } from './rule.ts'
import imageByDigest from './rules/image-by-digest.ts'
import restrictedSecurityContext from './rules/restricted-security-context.ts'
import tlsOnServicePorts from './rules/tls-on-service-ports.ts'

/** Every rule of the house, sorted by id: the order of findings, admission objects and the compliance matrix. */
export const rules: readonly Rule[] = registry([imageByDigest, restrictedSecurityContext, tlsOnServicePorts])

/**
 * Sorts rules by id.
 * @throws RuleError where two rules share an id
 */
export function registry(all: readonly Rule[]): readonly Rule[] {
  const sorted = all.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  const twice = sorted.filter((rule, index) => sorted[index - 1]?.id === rule.id)
  if (twice.length > 0) throw new RuleError(twice.map(({ id }) => `rule ${id}: another rule has the same id`))
  return sorted
}
