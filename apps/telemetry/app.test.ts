import test from 'ava'
import type { AppDefinition } from '../_lib/app.ts'
import { namespaces } from '../_lib/namespaces.ts'
import {
  anyRelease,
  centralCluster,
  type Objects,
  platform,
  type Rendered,
  render,
  smallSite,
} from '../_lib/testing.ts'
import alerts from '../alerts/app.ts'
import dashboards from '../dashboards/app.ts'
import logs from '../logs/app.ts'
import metrics from '../metrics/app.ts'
import observability from '../observability/app.ts'
import traces from '../traces/app.ts'
import app, { senders } from './app.ts'

/** Props of one kind go in where they came out. */
const central = <P>(of: AppDefinition<P>): Objects =>
  render(of, of.place(centralCluster, anyRelease, platform))
const all = { telemetry: app, metrics, alerts, dashboards, traces, logs }
const rendered: Readonly<Record<string, Objects>> = {
  telemetry: central(app),
  metrics: central(metrics),
  alerts: central(alerts),
  dashboards: central(dashboards),
  traces: central(traces),
  logs: central(logs),
}
const agents = render(observability, observability.place(smallSite, anyRelease, platform))
const everything = Object.values(rendered).flatMap((objects) => objects.all)
const proxies = everything
  .filter(({ kind, data }) => kind === 'ConfigMap' && data?.['envoy.json'])
  .map(({ metadata, data }) => ({ name: metadata.name, ...JSON.parse(data['envoy.json']).static_resources }))

test('central observability stands in the central cluster alone', (t) => {
  for (const [name, { place }] of Object.entries(all)) {
    t.is(place(smallSite, anyRelease, platform), undefined, name)
    t.truthy(place(centralCluster, anyRelease, platform), name)
  }
})

test('those who may send are the agents of every site, and each sends to a path of its own', (t) => {
  const accounts = agents.all
    .filter(({ kind }) => kind === 'ServiceAccount')
    .map(({ metadata }) => `/ns/${metadata.namespace}/sa/${metadata.name}`)
  for (const { spiffePath } of senders) t.true(accounts.includes(spiffePath), spiffePath)
  const sent = [
    ...JSON.parse(agents.one('ConfigMap', 'prometheus-config').data['prometheus.yml']).remote_write,
    ...Object.values(
      JSON.parse(agents.one('ConfigMap', 'otel-collector-config').data['config.json']).exporters,
    ),
    JSON.parse(agents.one('ConfigMap', 'log-agent-config').data['vector.json']).sinks.telemetry,
  ].map(({ url, traces_endpoint, uri }) => new URL(url ?? traces_endpoint ?? uri).pathname)
  const [listener] = JSON.parse(central(app).one('ConfigMap', 'telemetry-config').data['envoy.json'])
    .static_resources.listeners
  const routes: string[] =
    listener.filter_chains[0].filters[0].typed_config.route_config.virtual_hosts[0].routes.map(
      ({ match }: { match: { prefix: string } }) => match.prefix,
    )
  t.deepEqual(sent.toSorted(), routes.toSorted())
  for (const path of sent) {
    t.is(senders.filter(({ paths = [] }) => paths.some((prefix) => path.startsWith(prefix))).length, 1, path)
  }
})

test('whoever is called exists, expects the caller, and both network policies say so', (t) => {
  const services = new Set(
    everything
      .filter(({ kind }) => kind === 'Service')
      .map(({ metadata }) => `${metadata.name}.${metadata.namespace}`),
  )
  t.true(proxies.length >= 8)
  for (const { name, clusters } of proxies) {
    const caller = name.replace(/-config$/, '')
    for (const cluster of clusters.filter((each: { transport_socket?: object }) => each.transport_socket)) {
      const { address } = cluster.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address
      const [service, namespace] = address.split('.svc.')[0].split('.').slice(-2)
      t.true(services.has(`${service}.${namespace}`), address)
      const callee = service.replace(/-pods$/, '')
      const callers = JSON.stringify(proxies.find((proxy) => proxy.name === `${callee}-config`)?.listeners)
      t.regex(callers, new RegExp(`/sa/${caller}[$]`), `${callee} expects ${caller}`)
      t.true(names(policy(caller).egress).includes(callee), `${caller} → ${callee}`)
      t.true(names(policy(callee).ingress).includes(caller), `${callee} ← ${caller}`)
    }
  }
})

test('the entrance takes connections from its network’s load balancer alone', (t) => {
  const { ingress } = policy('telemetry')
  t.deepEqual(ingress[ingress.length - 1], {
    from: [{ ipBlock: { cidr: '10.2.0.0/16' } }],
    ports: [{ protocol: 'TCP', port: 8443 }],
  })
})

test('a namespace’s quota holds what runs there at most, and one pod more while it is replaced', (t) => {
  for (const [name, objects] of Object.entries(rendered)) {
    const quota = namespaces[name as keyof typeof namespaces].quota // the apps' names are their namespaces'
    const pods = objects.all.flatMap((object) => {
      if (!['Deployment', 'StatefulSet'].includes(object.kind)) return []
      const autoscaler = objects.all.find(
        ({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.name === object.metadata.name,
      )
      const most: number = autoscaler?.spec.maxReplicas ?? object.spec.replicas
      return Array.from({ length: most + (object.kind === 'Deployment' ? 1 : 0) }, () => object)
    })
    t.true(pods.length <= quota.pods, `${name}: ${pods.length} pods`)
    for (const resource of ['cpu', 'memory'] as const) {
      const asked = pods.flatMap(requests(resource)).reduce((sum, amount) => sum + amount, 0)
      t.true(asked <= quantity(quota[resource]), `${name}: ${asked} of ${resource}`)
    }
  }
})

test('no two volumes of a pod share a name, and every mount has its volume', (t) => {
  for (const { kind, metadata, spec } of everything) {
    if (!['Deployment', 'StatefulSet'].includes(kind)) continue
    const named = (list: { name?: string; metadata?: { name: string } }[] = []) =>
      list.map((each) => each.name ?? each.metadata?.name ?? '')
    const volumes = [...named(spec.template.spec.volumes), ...named(spec.volumeClaimTemplates)]
    t.is(new Set(volumes).size, volumes.length, metadata.name)
    for (const { volumeMounts } of spec.template.spec.containers) {
      for (const mount of named(volumeMounts)) t.true(volumes.includes(mount), `${metadata.name}: ${mount}`)
    }
  }
})

function requests(resource: 'cpu' | 'memory') {
  return (object: Rendered): number[] =>
    object.spec.template.spec.containers.map(
      (container: { resources: { requests: Record<string, string> } }) =>
        quantity(container.resources.requests[resource] ?? '0'),
    )
}

/** A Kubernetes quantity as a number: `250m`, `2Gi`. */
function quantity(text: string): number {
  const units: Readonly<Record<string, number>> = { '': 1, m: 0.001, Mi: 2 ** 20, Gi: 2 ** 30 }
  const [, value = '', unit = ''] = /^(\d+)(\w*)$/.exec(text) ?? []
  return Number(value) * (units[unit] ?? Number.NaN)
}

function policy(workload: string) {
  const found = everything.find(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === workload,
  )
  if (!found) throw new RangeError(`no NetworkPolicy ${workload}`)
  return found.spec
}

function names(rules: { from?: object[]; to?: object[] }[]): string {
  return JSON.stringify(rules)
}
