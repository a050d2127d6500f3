import { App, Chart } from 'cdk8s'
import type { KubernetesObject } from '../apps/_lib/app.ts'
import { SynthError } from './errors.ts'
import type { Variant } from './variants.ts'
import { toYaml } from './yaml.ts'

/** A file of the rendered tree; its path is relative to `rendered/` and has forward slashes. */
export interface RenderedFile {
  readonly path: string
  readonly content: string
}

/** A file that is rendered only if it must be: as long as its key is the same, its content is. */
export interface KeyedFile {
  readonly path: string
  readonly key: string
  render(): string
}

export type TreeFile = RenderedFile | KeyedFile

export function contentOf(file: TreeFile): string {
  return 'render' in file ? file.render() : file.content
}

/**
 * Renders one variant in a cdk8s App of its own: a shared App grows faster than linearly.
 *
 * @returns `apps/<app>/<variant>/<kind>-<name>.yaml` for each object, and `values.yaml` for a chart
 */
export function renderVariant(variant: Variant): readonly RenderedFile[] {
  const { app, name, props } = variant
  const folder = `apps/${app.name}/${name}`
  const files = new Map<string, string>()
  for (const object of renderObjects(variant).map(underAdmission)) {
    const path = `${folder}/${fileName(object, app.namespace)}`
    if (files.has(path)) {
      throw new SynthError(
        `apps/${app.name}/app.ts`,
        `two objects are ${object.kind} ${object.metadata.name} in one namespace`,
        'give one of them another name',
      )
    }
    files.set(path, toYaml(object))
  }
  const helm = app.helm?.(props)
  if (helm) files.set(`${folder}/values.yaml`, toYaml(helm.values))
  return [...files]
    .map(([path, content]) => ({ path, content }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function renderObjects({ app, props }: Variant): KubernetesObject[] {
  if (!app.chart) return []
  const chart = new Chart(new App(), app.name, { disableResourceNameHashes: true })
  app.chart(chart, props)
  // cdk8s gives API objects as untyped data; the cluster's own schemas judge them in `check`.
  return chart.toJson() as KubernetesObject[]
}

/**
 * Puts a cluster-scoped object under our admission. Namespaced ones are there by the label of their namespace; a
 * cluster-scoped one must carry it itself, or K3s's own would be judged with ours.
 */
export function underAdmission(object: KubernetesObject): KubernetesObject {
  const { metadata } = object
  if (metadata.namespace !== undefined) return object
  const labels = { ...metadata.labels, 'meridian/admission': 'enforced' }
  return { ...object, metadata: { ...metadata, labels } }
}

function fileName(object: KubernetesObject, home: string): string {
  const { name, namespace } = object.metadata
  const elsewhere = namespace !== undefined && namespace !== home ? `.${namespace}` : ''
  return `${object.kind.toLowerCase()}-${name.replaceAll(':', '-')}${elsewhere}.yaml`
}
