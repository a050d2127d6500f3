/** Objects that rules about pods show their verdict on. */

interface Place {
  readonly name?: string
  readonly namespace?: string
  readonly kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job'
  /** Fields beside the template. */
  readonly spec?: object
}

export const pod = (spec: object, { name = 'app', namespace = 'example' }: Place = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec,
})

export const workload = (
  spec: object,
  { name = 'app', namespace = 'example', kind = 'Deployment', spec: beside = {} }: Place = {},
) => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  metadata: { name, namespace },
  spec: { ...beside, template: { spec } },
})

export const cronJob = (spec: object) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'app', namespace: 'example' },
  spec: { jobTemplate: { spec: { template: { spec } } } },
})
