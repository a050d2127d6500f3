import type { Chart } from 'cdk8s'
import type { z } from 'zod'
import type { Cluster, Platform, RegionName, Routes } from '../../clusters/schema.ts'
import type { Layer } from './layers.ts'
import type { NamespaceName } from './namespaces.ts'
import type { AppRelease, Chart as HelmChart } from './release.ts'

/** What an app may know of a cluster when it decides what runs there: never its name. */
export interface ClusterTraits {
  readonly distribution: Cluster['distribution']
  /** An edge site; false for the central cluster in a region. */
  readonly edge: boolean
  readonly size: Cluster['size']
  readonly tier: Cluster['tier']
  /** How many nodes it has; 0 where the cloud runs them. */
  readonly nodes: number
  /** Three servers or more. */
  readonly highlyAvailable: boolean
  /** At least one node has a GPU. */
  readonly gpu: boolean
  /** Where API servers of such clusters listen: a network wider than one cluster's own. */
  readonly apiServer: { readonly cidr: string; readonly port: number }
}

/** What all clusters share: facts that may become props of any variant. */
export interface PlatformTraits {
  readonly domain: string
  readonly registry: string
  readonly repository: string
  readonly homeRegion: RegionName
  /** Its id: 12 digits. */
  readonly awsAccount: string
  readonly k3s: string
  readonly egress: Platform['egress']
  readonly routes: Routes['routes']
  readonly upstreams: Routes['upstreams']
  /** Where every site sends what it observed, and the port of the home region's machines that it comes in by. */
  readonly telemetry: { readonly host: string; readonly nodePort: number }
  /** How long the central store keeps every log. */
  readonly logRetentionDays: number
  /** Who is told of alerts, and the networks that may be reached for it. */
  readonly onCall: { readonly emails: readonly string[]; readonly egress: readonly string[] }
}

/** An address that a site's pods connect to: host names for programs, networks for NetworkPolicies. */
export interface Endpoint {
  readonly region: RegionName
  readonly host: string
  readonly port: number
  readonly cidrs: readonly string[]
}

/** What is one cluster's alone. It reaches `site` below and the identity ConfigMap, never a variant. */
export interface Site {
  /** SPIFFE trust domain, such as `fra1.meridian`. */
  readonly trustDomain: string
  /** Where this site's own secrets begin in the secret manager, such as `sites/fra1/`. */
  readonly secretPrefix: string
  readonly homeRegion: RegionName
  /** Home region first, then in the cluster's overflow order. */
  readonly upstreams: readonly Endpoint[]
  readonly caches: readonly Endpoint[]
  readonly telemetry: readonly Endpoint[]
  /** The network of the site's own machines. */
  readonly network: string
}

/** A Kubernetes object as plain data. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly [key: string]: unknown
  }
  readonly [key: string]: unknown
}

/** An official chart with typed values; it becomes a source of the app's Argo CD Application. */
export interface Helm {
  readonly chart: HelmChart
  readonly releaseName: string
  readonly values: Readonly<Record<string, unknown>>
}

export interface AppDefinition<P> {
  /** The name of its folder. */
  readonly name: string
  /** Where its objects live unless they say otherwise; see `namespaces.ts`. */
  readonly namespace: NamespaceName
  readonly layer: Layer
  /** Everything that may differ between two clusters. Strict: a wrong setting in a cluster's facts is refused. */
  readonly props: z.ZodType<P>
  /** The props for such a cluster; `undefined`: the app is not there. */
  place(cluster: ClusterTraits, release: AppRelease, platform: PlatformTraits): P | undefined
  /** The variant's folder: readable, stable, unique for distinct props. */
  variant(props: P): string
  /** Adds the app's objects. Their names are their own: nothing is prefixed. */
  chart?(chart: Chart, props: P): void
  /** The official chart that it runs, if any. */
  helm?(props: P): Helm
  /** A node is born with this app's chart, in the form that it has on the smallest site: Argo CD, and no other. */
  readonly bootstrap?: boolean
  /** Objects that only one cluster has: its addresses, its secret store. They go to its identity.yaml. */
  site?(site: Site, props: P): readonly KubernetesObject[]
}

/**
 * Defines an app: the default export of `apps/<app>/app.ts`.
 *
 * @example
 * ```ts
 * export default defineApp({
 *   name: 'echo',
 *   namespace: 'router',
 *   layer: 'workloads',
 *   props: z.strictObject({ size: z.enum(['small', 'medium', 'large']), image: z.string() }),
 *   place: (cluster, release) =>
 *     cluster.edge ? { size: cluster.size, image: release.image('echo') } : undefined,
 *   variant: (props) => props.size,
 *   chart(chart, props) {
 *     new Workload(chart, 'echo', { … })
 *   },
 * })
 * ```
 */
export function defineApp<P>(app: AppDefinition<P>): AppDefinition<P> {
  return app
}
