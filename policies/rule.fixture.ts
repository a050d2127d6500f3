import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import { defineRule, type Rule } from './rule.ts'

/** Where set-up leaves the evaluator. */
export const binary = fileURLToPath(new URL('../.cache/bin/policy-evaluator', import.meta.url))

/** A ConfigMap with the data given. */
export const configMap = (data: Readonly<Record<string, string>>, name = 'settings') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'example' },
  data,
})

/** A rule for tests: ConfigMaps have no key `plain`. */
export function ruleWith(changes: Partial<z.input<typeof Rule>> = {}): Rule {
  return defineRule({
    id: 'no-plain-key',
    title: 'A ConfigMap has no key plain',
    why: 'A rule that is easy to read in a test.',
    mend: 'Remove the key plain.',
    controls: ['SOC 2 CC6.1'],
    scope: 'object',
    match: { kinds: ['ConfigMap'] },
    validations: [{ cel: '!has(object.data.plain)', message: 'the key plain is there' }],
    pass: [configMap({ safe: 'yes' })],
    fail: [configMap({ plain: 'yes' })],
    ...changes,
  })
}
