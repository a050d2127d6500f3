import test from 'ava'
import {
  anyRelease,
  centralCluster,
  largeSite,
  platform,
  type Rendered,
  render,
  smallSite,
} from '../_lib/testing.ts'
import app from './app.ts'

const objects = render(app, app.place(smallSite, anyRelease, platform))
const configOf = (name: string, file: string, of = objects) =>
  JSON.parse(of.one('ConfigMap', `${name}-config`).data[file])
const container = (object: Rendered) => object.spec.template.spec.containers[0]

test('everything that is observed leaves the site by mutual TLS 1.3 or not at all', (t) => {
  const writes: { url: string; tls_config: { min_version: string; [key: string]: string } }[] = configOf(
    'prometheus',
    'prometheus.yml',
  ).remote_write
  const { otlp_http } = configOf('otel-collector', 'config.json').exporters
  const { telemetry } = configOf('log-agent', 'vector.json').sinks
  for (const { tls_config } of writes) t.is(tls_config.min_version, 'TLS13')
  t.is(otlp_http.tls.min_version, '1.3')
  for (const url of [...writes.map(({ url }) => url), otlp_http.traces_endpoint, telemetry.uri]) {
    t.true(url.startsWith('https://telemetry.eu-west-1.meridian.test/'), url)
  }
  for (const tls of [...writes.map(({ tls_config }) => tls_config), otlp_http.tls]) {
    t.is(tls.cert_file, '/var/run/secrets/spiffe.io/tls.crt')
    t.is(tls.ca_file, '/var/run/secrets/spiffe.io/ca.crt')
    t.falsy(tls.insecure_skip_verify)
  }
  t.like(telemetry.tls, { verify_certificate: true, verify_hostname: true })
})

test('the collector takes traces only from who has a certificate of the site', (t) => {
  const { grpc } = configOf('otel-collector', 'config.json').receivers.otlp.protocols
  t.is(grpc.tls.client_ca_file, '/var/run/secrets/spiffe.io/ca.crt')
  t.is(grpc.tls.min_version, '1.3')
  const [port] = objects.one('Service', 'otel-collector').spec.ports
  t.like(port, { port: 4317, appProtocol: 'https' })
  const [rule] = objects.one('NetworkPolicy', 'otel-collector').spec.ingress
  t.is(rule.ports[0].port, 4317)
})

test('a pod is scraped where its annotations say, as one target with the labels that alerts use', (t) => {
  const [{ relabel_configs }] = configOf('prometheus', 'prometheus.yml').scrape_configs
  const target = (label: string) =>
    relabel_configs.find((rule: { target_label?: string }) => rule.target_label === label)
  t.deepEqual(target('__address__').source_labels, [
    '__meta_kubernetes_pod_ip',
    '__meta_kubernetes_pod_annotation_prometheus_io_port',
  ])
  for (const label of ['__metrics_path__', 'job', 'namespace', 'pod', 'node']) t.truthy(target(label), label)
  t.like(relabel_configs[0], { action: 'keep' })
})

test('what the agents may do in the cluster is list and watch, and never Secrets or ConfigMaps', (t) => {
  const roles = objects.all.filter(({ kind }) => kind === 'ClusterRole')
  t.is(roles.length, 3)
  for (const { rules } of roles) {
    for (const { verbs, resources } of rules as { verbs: string[]; resources: string[] }[]) {
      t.deepEqual(verbs, ['list', 'watch'])
      t.false(resources.some((resource) => /secrets|configmaps|\*/.test(resource)))
    }
  }
})

test('the log agent may write its own folder of the node and nothing else', (t) => {
  const daemonSet = objects.one('DaemonSet', 'log-agent')
  const { volumes, hostNetwork, hostPID } = daemonSet.spec.template.spec
  const mounts: { name: string; readOnly?: boolean }[] = container(daemonSet).volumeMounts
  const writable = mounts.filter(({ readOnly }) => !readOnly).map(({ name }) => name)
  t.deepEqual(writable, ['state'])
  t.is(
    volumes.find(({ name }: { name: string }) => name === 'state').hostPath.path,
    '/var/lib/meridian/vector',
  )
  t.falsy(hostNetwork)
  t.falsy(hostPID)
  t.like(container(daemonSet).securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
})

test('what waits for a cut link is bounded, in memory and on disk', (t) => {
  const { buffer } = configOf('log-agent', 'vector.json').sinks.telemetry
  t.deepEqual(buffer, { type: 'disk', max_size: 1024 * 1024 * 1024, when_full: 'block' })
  const prometheus = objects.one('StatefulSet', 'prometheus')
  t.true(container(prometheus).args.includes('--storage.agent.retention.max-time=4h'))
  t.is(prometheus.spec.volumeClaimTemplates[0].spec.storageClassName, 'encrypted')
  t.like(configOf('otel-collector', 'config.json').processors.memory_limiter, { limit_percentage: 80 })
})

test('a line loses what gives access before it leaves the node', (t) => {
  const { clean } = configOf('log-agent', 'vector.json').transforms
  t.true(clean.source.indexOf('redact(') < clean.source.indexOf('parse_json('))
  t.deepEqual(clean.inputs, ['pods', 'audit'])
  t.deepEqual(configOf('log-agent', 'vector.json').sinks.telemetry.inputs, ['clean'])
})

test('errors and slow traces are always kept, of the others a share', (t) => {
  const [errors, slow, ordinary] = configOf('otel-collector', 'config.json').processors.tail_sampling.policies
  t.deepEqual(errors.status_code.status_codes, ['ERROR'])
  t.is(slow.latency.threshold_ms, 100)
  t.is(ordinary.probabilistic.sampling_percentage, 5)
})

test('the audit log is read where K3s writes one', (t) => {
  const central = render(app, app.place(centralCluster, anyRelease, platform))
  const paths = (of: typeof objects): string[] =>
    of
      .one('DaemonSet', 'log-agent')
      .spec.template.spec.volumes.flatMap(
        (volume: { hostPath?: { path: string } }) => volume.hostPath?.path ?? [],
      )
  t.true(paths(objects).includes('/var/log/kubernetes/audit'))
  t.false(paths(central).includes('/var/log/kubernetes/audit'))
  t.deepEqual(configOf('log-agent', 'vector.json', central).transforms.clean.inputs, ['pods'])
})

test('variants are named after the size; the central cluster has its own', (t) => {
  const props = app.place(largeSite, anyRelease, platform)
  const central = app.place(centralCluster, anyRelease, platform)
  if (!props || !central) return t.fail('it runs on every cluster')
  t.is(app.variant(props), 'large')
  t.is(app.variant(central), 'large-eks')
})

test("each sender may reach its site's telemetry endpoints, and no sender another address", (t) => {
  const telemetry = [
    { region: 'eu-west-1', host: 'telemetry.test', port: 443, cidrs: ['192.0.2.0/28'] },
  ] as const
  const props = app.place(smallSite, anyRelease, platform)
  if (!props) return t.fail('it runs on every cluster')
  const site = {
    trustDomain: 'fra1.meridian',
    secretPrefix: 'sites/fra1/',
    homeRegion: 'eu-west-1',
    upstreams: [],
    caches: [],
    telemetry,
    network: '10.64.10.0/24',
  } as const
  const policies = app.site?.(site, props) ?? []
  t.deepEqual(
    policies.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    [
      'observability/prometheus-to-telemetry',
      'observability/otel-collector-to-telemetry',
      'node-agents/log-agent-to-telemetry',
    ],
  )
  for (const name of ['prometheus', 'otel-collector', 'log-agent']) {
    const { egress } = objects.one('NetworkPolicy', name).spec
    t.is(JSON.stringify(egress).includes('ipBlock'), false, name)
  }
})
