import { ApiObject, type Chart } from 'cdk8s'
import { z } from 'zod'
import { defineApp } from '../../../../apps/_lib/app.ts'
import type { NamespaceName } from '../../../../apps/_lib/namespaces.ts'
import { tenObjects } from './ten-objects.ts'

const amounts = {
  small: { minReplicas: 1, maxReplicas: 2, cpu: '100m', memory: '128Mi' },
  medium: { minReplicas: 2, maxReplicas: 6, cpu: '250m', memory: '256Mi' },
  large: { minReplicas: 3, maxReplicas: 12, cpu: '500m', memory: '512Mi' },
} as const

const Props = z.strictObject({
  size: z.enum(['small', 'medium', 'large']),
  image: z.string(),
  logLevel: z.string(),
  minReplicas: z.int(),
  maxReplicas: z.int(),
  cpu: z.string(),
  memory: z.string(),
})
export type Props = z.infer<typeof Props>

/** An app of the bench: ten objects, a variant for each size of cluster. */
export function benchApp(name: string, namespace: NamespaceName) {
  return defineApp({
    name,
    namespace,
    layer: 'workloads',
    props: Props,
    place: ({ size }, release) => ({
      size,
      image: release.image(name),
      logLevel: size === 'small' ? 'warn' : 'info',
      ...amounts[size],
    }),
    variant: ({ size }) => size,
    chart: (chart, props) => addObjects(chart, name, namespace, props),
  })
}

/** Adds the objects under ids of their own, so that one chart can hold several apps. */
export function addObjects(chart: Chart, name: string, namespace: NamespaceName, props: Props): void {
  for (const object of tenObjects(name, namespace, props)) {
    new ApiObject(chart, `${object.kind}-${namespace}-${object.metadata.name}`, { ...object })
  }
}
