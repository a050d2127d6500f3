import { z } from 'zod'
import { ofType } from '../../cloud/graph.ts'
import { allHealthChecks, effective, observe } from '../../cloud/health-checks.ts'
import { absent, type Check, compare, type Step } from '../walk.ts'

const HealthCheckSpec = z.object({
  type: z.string(),
  requestInterval: z.number().optional(),
  failureThreshold: z.number().optional(),
  invertHealthcheck: z.boolean().default(false),
  disabled: z.boolean().default(false),
})

/** Each is set as it is rendered, so no drill was left half done; and what it watches is well. */
export const healthChecks: Step = {
  name: 'health checks',
  async run({ graph, live, clients }) {
    const all = await allHealthChecks(clients)
    const checks: Check[] = []
    for (const resource of ofType(graph, 'route53.aws HealthCheck')) {
      const subject = `health check ${resource.name}`
      const spec = HealthCheckSpec.parse(resource.spec)
      const id = (await live.outputs(resource))?.id
      const config = all.find(({ Id }) => Id === id)?.HealthCheckConfig
      if (id === undefined || config === undefined) {
        checks.push(absent(resource, subject))
        continue
      }
      const expected = sentence(
        spec.requestInterval,
        spec.failureThreshold,
        spec.invertHealthcheck,
        spec.disabled,
      )
      const found = sentence(
        config.RequestInterval,
        config.FailureThreshold,
        config.Inverted,
        config.Disabled,
      )
      checks.push(compare(subject, expected, found))
      if (spec.type === 'CALCULATED') continue
      const seen = await observe(clients, id)
      const healthy = effective(config, seen?.healthy ?? true)
      const word = seen ? `${seen.successes} of ${seen.checkers} checkers say well` : 'no checker looked yet'
      const state = healthy ? 'well' : 'not well'
      checks.push(compare(`${subject}: state`, 'well', state, word))
    }
    return checks
  },
}

function sentence(
  interval: number | undefined,
  threshold: number | undefined,
  inverted: boolean | undefined,
  disabled: boolean | undefined,
): string {
  const asked = interval === undefined ? '' : `every ${interval} s, ${threshold ?? 3} in a row`
  return (
    [asked, inverted ? 'inverted' : '', disabled ? 'disabled' : ''].filter(Boolean).join(', ') || 'calculated'
  )
}
