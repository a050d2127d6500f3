import type * as pulumi from '@pulumi/pulumi'
import type { Cloud } from '../../../clusters/schema.ts'
import type { Alarm } from './alarm.ts'

/** The last fallback of inference: whoever asks here has nobody else to ask. */
export function inferenceAlarms(
  EndpointName: pulumi.Input<string>,
  { invocationsPerMinute }: Cloud['aws']['inference'],
): readonly Alarm[] {
  const metric = (name: string, stat: string) => ({
    namespace: 'AWS/SageMaker',
    name,
    dimensions: { EndpointName, VariantName: 'all' },
    stat,
  })
  return [
    {
      name: 'inference-errors',
      summary: 'More than one answer in a hundred of the models fails',
      level: 'notice',
      metrics: metric('Invocation5XXErrors', 'Average'),
      above: 0.01,
      periodSeconds: 60,
      periods: 5,
    },
    {
      name: 'inference-slow',
      summary:
        'One answer in a hundred takes a second, which is as long as the slowest route of a model waits',
      level: 'notice',
      // Microseconds.
      metrics: metric('ModelLatency', 'p99'),
      above: 1_000_000,
      periodSeconds: 300,
      periods: 3,
    },
    {
      name: 'inference-saturated',
      summary: 'Instances are asked for more than scaling wants of them: it has reached its maximum',
      level: 'notice',
      metrics: metric('InvocationsPerInstance', 'Sum'),
      above: invocationsPerMinute * 1.5,
      periodSeconds: 60,
      periods: 15,
    },
  ]
}
