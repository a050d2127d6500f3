import { keyOf } from '../../cloud/live.ts'
import { type Check, type Step, skipped } from '../walk.ts'

/** Of each stack whose export is given: what is rendered is deployed, and nothing else is. */
export const state: Step = {
  name: 'state',
  async run({ graph, state: known }) {
    if (known.size === 0) return [skipped('stacks', 'every rendered resource, no other', 'no --state')]
    const stacks = Map.groupBy(known.keys(), (key) => key.slice(0, key.indexOf('/')))
    return [...stacks].map(([stack, keys]): Check => {
      const rendered = new Set(graph.resources.filter((resource) => resource.stack === stack).map(keyOf))
      const missing = [...rendered].filter((key) => !known.has(key))
      const stale = keys.filter((key) => !rendered.has(key))
      const found = [
        ...missing.map((key) => `${key} is not deployed`),
        ...stale.map((key) => `${key} is deployed and not rendered`),
      ]
      const status = found.length === 0 ? 'ok' : 'failed'
      const expected = `${rendered.size} resources`
      return {
        subject: `stack ${stack}`,
        status,
        expected,
        found: found.join(', ') || `${keys.length} resources`,
      }
    })
  },
}
