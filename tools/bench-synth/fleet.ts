import { resolve } from 'node:path'
import type { KubernetesObject } from '../../apps/_lib/app.ts'
import { loadFleet } from '../../clusters/fleet.ts'
import { loadCatalog } from '../../synth/catalog.ts'
import { clusterTraits, platformTraits } from '../../synth/traits.ts'
import type { Props } from './apps/_lib/bench-app.ts'
import { tenObjects } from './apps/_lib/ten-objects.ts'

export const apps = [
  { name: 'web', namespace: 'gateway' },
  { name: 'api', namespace: 'router' },
  { name: 'worker', namespace: 'inference' },
] as const

export const objectsPerCluster = apps.length * 10

/** The values of one size of cluster, by app. */
export type SizeValues = Readonly<Record<string, Props>>

/** What every peer is given: the same clusters with the same values as ours. */
export interface BenchFleet {
  /** Cluster → size, in the order of names. */
  readonly clusters: Readonly<Record<string, string>>
  readonly sizes: Readonly<Record<string, SizeValues>>
}

/** Places the bench's apps on a fleet as `synth` does, so that peers start from its very values. */
export async function readBenchFleet(facts: string, appsDir: string): Promise<BenchFleet> {
  const fleet = loadFleet(resolve(facts))
  const catalog = await loadCatalog(resolve(appsDir), fleet.platform.registry)
  const platform = platformTraits(fleet)
  const sizes: Record<string, SizeValues> = {}
  for (const cluster of fleet.clusters) {
    sizes[cluster.size] ??= Object.fromEntries(
      catalog.map(({ app, release }) => [
        app.name,
        // The bench's own apps: all have these props.
        app.place(clusterTraits(cluster, fleet), release, platform) as Props,
      ]),
    )
  }
  return { clusters: Object.fromEntries(fleet.clusters.map(({ name, size }) => [name, size])), sizes }
}

/** The 30 objects of a cluster of one size. */
export function objectsOf(values: SizeValues): readonly KubernetesObject[] {
  return apps.flatMap(({ name, namespace }) => {
    const own = values[name]
    if (!own) throw new RangeError(`no values for ${name}`)
    return tenObjects(name, namespace, own)
  })
}

/**
 * The 30 objects with variables in the places of values: the source of every template.
 *
 * @param variable gives the text of a variable, such as `{{ .Values.web.cpu }}`, for an app and a value's name
 * @param write turns objects into text, with each variable as a string of its own
 */
export function templateOf(
  variable: (app: string, value: string) => string,
  write: (objects: readonly KubernetesObject[]) => string,
): string {
  const objects = apps.flatMap(({ name, namespace }) => {
    const marker = (value: string) => `@{${name}.${value}}`
    return tenObjects(name, namespace, {
      image: marker('image'),
      logLevel: marker('logLevel'),
      minReplicas: marker('minReplicas'),
      maxReplicas: marker('maxReplicas'),
      cpu: marker('cpu'),
      memory: marker('memory'),
    })
  })
  return write(objects).replace(/"@\{(\w+)\.(\w+)\}"/g, (_match, app: string, value: string) =>
    variable(app, value),
  )
}
