import { App, Chart } from 'cdk8s'
import type { AppDefinition, ClusterTraits, KubernetesObject, PlatformTraits } from './app.ts'
import type { AppRelease } from './release.ts'

/** What a test says of a rendered object: its fields, untyped, as a reviewer reads them. */
export type Rendered = KubernetesObject & { readonly spec?: Fields; readonly data?: Fields }
// biome-ignore lint/suspicious/noExplicitAny: manifests of every kind; a wrong path in a test is a failed assertion.
type Fields = any

/**
 * Renders an app for a test.
 *
 * @example
 * const { one } = render(app, app.place(smallSite, anyRelease, platform))
 * t.is(one('StatefulSet', 'cache').spec.replicas, 1)
 */
export function render<P>(app: AppDefinition<P>, props: P | undefined): Objects {
  if (props === undefined) throw new TypeError(`${app.name} is not placed there`)
  const chart = new Chart(new App(), app.name, { disableResourceNameHashes: true })
  app.chart?.(chart, app.props.parse(props))
  const all = chart.toJson() as Rendered[] // cdk8s gives untyped data
  return {
    all,
    one(kind, name) {
      const found = all.filter((object) => object.kind === kind && object.metadata.name === name)
      if (found.length === 1 && found[0]) return found[0]
      const names = all.map((object) => `${object.kind}/${object.metadata.name}`).join(', ')
      throw new RangeError(`${found.length} objects are ${kind}/${name}; there are: ${names}`)
    },
  }
}

export interface Objects {
  readonly all: readonly Rendered[]
  /** @throws {RangeError} where there is no such object, or more than one */
  one(kind: string, name: string): Rendered
}

/** A release that has every image it is asked for. */
export const anyRelease: AppRelease = {
  image: (name) => `registry.test/${name}:1@sha256:${'0'.repeat(64)}`,
  chart: (chart) => ({ repository: 'https://charts.test', chart, version: '1.0.0' }),
}

/** An edge site of one server. */
export const smallSite: ClusterTraits = {
  distribution: 'k3s',
  edge: true,
  size: 'small',
  tier: 'gold',
  nodes: 1,
  highlyAvailable: false,
  gpu: false,
  apiServer: { cidr: '10.64.0.0/16', port: 6443 },
}

/** An edge site of three servers. */
export const largeSite: ClusterTraits = {
  ...smallSite,
  size: 'large',
  tier: 'platinum',
  nodes: 3,
  highlyAvailable: true,
}

/** The cluster in a region. */
export const centralCluster: ClusterTraits = {
  ...largeSite,
  distribution: 'eks',
  edge: false,
  nodes: 0,
  apiServer: { cidr: '10.2.0.0/16', port: 443 },
}

export const platform: PlatformTraits = {
  domain: 'meridian.test',
  registry: 'registry.test',
  repository: 'https://git.test/meridian.git',
  homeRegion: 'eu-west-1',
  awsAccount: '123456789012',
  k3s: 'v1.36.3+k3s1',
  egress: { git: ['192.0.2.0/24'], charts: ['198.51.100.0/24'], aws: ['203.0.113.0/24'] },
  routes: [
    route('web', 'www.meridian.test', '/', 'web', true),
    route('api', 'api.meridian.test', '/v1', 'api', false),
    route('vision', 'api.meridian.test', '/ml/vision', 'inference', false),
  ],
  upstreams: {
    web: { description: 'Pages.', regions: ['eu-west-1', 'us-east-1'] },
    api: { description: 'The API.', regions: ['eu-west-1'] },
  },
  telemetry: { host: 'telemetry.eu-west-1.meridian.test', nodePort: 30442 },
  logRetentionDays: 365,
  onCall: { emails: ['on-call@meridian.test'], egress: ['198.51.100.64/28'] },
}

function route(id: string, host: string, path: string, upstream: string, open: boolean) {
  return { id, host, path, upstream, public: open, cacheSeconds: 60, timeoutMs: 1000 }
}
