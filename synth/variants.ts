import type { ClusterTraits } from '../apps/_lib/app.ts'
import type { Fleet } from '../clusters/fleet.ts'
import type { Cluster } from '../clusters/schema.ts'
import type { App, CatalogEntry } from './catalog.ts'
import { SynthError } from './errors.ts'
import { clusterTraits, platformTraits } from './traits.ts'

/** One distinct rendering of an app. */
export interface Variant {
  readonly app: App
  readonly name: string
  readonly props: unknown
  /** The props as text: equal for equal props. */
  readonly key: string
}

/** Which variants there are, and which of them each cluster runs, in start order. */
export interface Plan {
  readonly variants: readonly Variant[]
  of(cluster: Cluster): readonly Variant[]
}

/**
 * Places every app on every cluster. Clusters with equal traits and settings share the answer, so the work grows
 * with the kinds of cluster, not with their number.
 *
 * @throws {SynthError} for props that the app refuses, or two different props under one variant name
 */
export function planVariants(fleet: Fleet, catalog: readonly CatalogEntry[]): Plan {
  const platform = platformTraits(fleet)
  const variants = new Map<string, Variant>()
  const placements = new Map<string, readonly Variant[]>()
  const known = new Set(catalog.map(({ app }) => app.name))

  const placeAll = (cluster: Cluster, traits: ClusterTraits): readonly Variant[] =>
    catalog.flatMap(({ app, release }) => {
      const placed = app.place(traits, release, platform)
      if (placed === undefined) return []
      const settings = cluster.settings?.[app.name]
      const props = checkProps(app, cluster, placed, settings)
      const name = app.variant(app.props.parse(placed)) + suffix(settings)
      const key = stableJson(props)
      const id = `${app.name}/${name}`
      const first = variants.get(id)
      if (first && first.key !== key) throw conflict(app, name, first.props, props)
      if (first) return [first]
      const variant = { app, name: checkName(app, name), props, key }
      variants.set(id, variant)
      return [variant]
    })

  const placementOf = (cluster: Cluster): readonly Variant[] => {
    const traits = clusterTraits(cluster, fleet)
    const kind = JSON.stringify([traits, cluster.settings])
    let placement = placements.get(kind)
    if (!placement) {
      const stranger = Object.keys(cluster.settings ?? {}).find((name) => !known.has(name))
      if (stranger) {
        throw new SynthError(
          `clusters/fleet/${cluster.name}.yaml`,
          `settings name an app that does not exist: ${stranger}`,
          `the apps are: ${[...known].toSorted().join(', ')}`,
        )
      }
      placement = placeAll(cluster, traits)
      placements.set(kind, placement)
    }
    return placement
  }
  for (const cluster of fleet.clusters) placementOf(cluster)
  return { variants: [...variants.values()], of: placementOf }
}

function checkProps(app: App, cluster: Cluster, placed: unknown, settings: object | undefined): unknown {
  const result = app.props.safeParse(settings ? { ...Object(placed), ...settings } : placed)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => [...path.map(String), message].join(': '))
  throw new SynthError(
    settings ? `clusters/fleet/${cluster.name}.yaml` : `apps/${app.name}/app.ts`,
    `${app.name} refuses its props: ${issues.join('; ')}`,
    settings ? `mend settings.${app.name}` : 'mend place() or the props schema',
  )
}

/** Settings of one cluster make a variant of their own, named after them: `small-max-replicas-6`. */
function suffix(settings: Readonly<Record<string, string | number | boolean>> | undefined): string {
  if (!settings) return ''
  return Object.entries(settings)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `-${slug(key)}-${slug(String(value))}`)
    .join('')
}

function slug(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
}

function checkName(app: App, name: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,99}$/.test(name)) return name
  throw new SynthError(
    `apps/${app.name}/app.ts`,
    `the variant ${JSON.stringify(name)} cannot be a folder's name`,
    'variant() must return lower-case letters, digits, dots and hyphens, 100 at most',
  )
}

function conflict(app: App, name: string, one: unknown, other: unknown): SynthError {
  const differing = [...new Set([...Object.keys(Object(one)), ...Object.keys(Object(other))])].filter(
    (key) => stableJson(Reflect.get(Object(one), key)) !== stableJson(Reflect.get(Object(other), key)),
  )
  return new SynthError(
    `apps/${app.name}/app.ts`,
    `two different props share the variant ${name}; they differ in: ${differing.join(', ')}`,
    'variant() must tell them apart',
  )
}

function stableJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? 'undefined'
  )
}
