import test from 'ava'
import { anyRelease, centralCluster, platform, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'
import { lifecycle, phases } from './lifecycle.ts'

const props = app.place(centralCluster, anyRelease, platform)
const objects = render(app, props)
const configOf = (workload: string, file: string) =>
  JSON.parse(objects.one('ConfigMap', `${workload}-config`).data[file])
const statefulSet = objects.one('StatefulSet', 'elasticsearch').spec
const puts = lifecycle({ retentionDays: platform.logRetentionDays, region: 'eu-west-1' })
// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes; a wrong path is a failed assertion.
const put = (path: string): any => puts[path]

test('it stands in the central cluster alone', (t) => {
  t.is(app.place(smallSite, anyRelease, platform), undefined)
})

test('a line is kept as long as the facts say, then deleted only if a snapshot has it', (t) => {
  const { hot, warm, cold, ...rest } = put('_ilm/policy/logs-kept').policy.phases
  t.deepEqual(rest, {
    delete: { min_age: '365d', actions: { wait_for_snapshot: { policy: 'nightly' }, delete: {} } },
  })
  t.truthy(hot.actions.rollover)
  t.deepEqual([warm.min_age, cold.min_age], ['7d', '30d'])
  t.true(phases.warm < phases.cold && phases.cold < platform.logRetentionDays)
  t.is(put('_index_template/logs-meridian').template.settings['index.lifecycle.name'], 'logs-kept')
})

test('every night a snapshot goes to S3 and is kept for thirty days', (t) => {
  t.deepEqual(put('_snapshot/backups'), {
    type: 's3',
    settings: { bucket: 'meridian-backups-eu-west-1', base_path: 'elasticsearch' },
  })
  t.like(put('_slm/policy/nightly'), { repository: 'backups', retention: { expire_after: '30d' } })
  t.deepEqual(objects.one('ServiceAccount', 'elasticsearch').metadata.annotations, {
    'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/meridian-elasticsearch',
  })
})

test('no index without its copy while it is written to, and three nodes to hold both', (t) => {
  t.is(put('_index_template/logs-meridian').template.settings['index.number_of_replicas'], 1)
  t.is(statefulSet.replicas, 3)
  const config = configOf('elasticsearch', 'elasticsearch.yml')
  t.is(config['discovery.seed_hosts'].length, 3)
  for (const tier of ['data_hot', 'data_warm', 'data_cold']) t.true(config['node.roles'].includes(tier))
})

test('nodes speak TLS 1.3 with both certificates; HTTP stays on the loopback', (t) => {
  const config = configOf('elasticsearch', 'elasticsearch.yml')
  t.is(config['http.host'], '127.0.0.1')
  t.like(config['xpack.security.transport.ssl'], {
    enabled: true,
    client_authentication: 'required',
    supported_protocols: ['TLSv1.3'],
  })
  // Elasticsearch reads keys below its own folder alone.
  const { volumeMounts } = statefulSet.template.spec.containers[0]
  const mount = volumeMounts.find(
    ({ mountPath }: { mountPath: string }) => mountPath === '/usr/share/elasticsearch/config/spiffe',
  )
  t.like(mount, { name: 'certificate', readOnly: true })
  t.true(config['xpack.security.transport.ssl'].key.startsWith(`${mount.mountPath}/`))
})

test('half of the memory is the heap, and its volume is encrypted', (t) => {
  const { limits } = statefulSet.template.spec.containers[0].resources
  const options: string = objects.one('ConfigMap', 'elasticsearch-config').data['jvm.options']
  t.is(limits.memory, '12Gi')
  t.true(options.includes('-Xmx6g'))
  t.is(statefulSet.volumeClaimTemplates[0].spec.storageClassName, 'encrypted')
})

test('each user may do its own work and no more', (t) => {
  t.deepEqual(put('_security/role/writer').indices, [
    { names: ['logs-meridian-*'], privileges: ['auto_configure', 'create_doc'] },
  ])
  for (const role of ['writer', 'jaeger', 'exporter']) {
    t.false(JSON.stringify(put(`_security/role/${role}`)).includes('"all"'), role)
  }
})

test('a line is acknowledged when it is safe, and carries the site of its sender’s certificate', (t) => {
  const { sources, sinks, transforms } = configOf('log-aggregator', 'vector.json')
  t.true(sinks.elasticsearch.acknowledgements.enabled)
  t.like(sinks.elasticsearch.buffer, { type: 'disk', when_full: 'block' })
  t.deepEqual(sources.sites.headers, ['x-spiffe-id'])
  t.deepEqual(sinks.elasticsearch.inputs, ['attributed'])
  t.true(transforms.attributed.source.includes('.cluster = parsed.cluster'))
  const claims = objects.one('StatefulSet', 'log-aggregator').spec.volumeClaimTemplates
  const volume = Number.parseInt(claims[0].spec.resources.requests.storage, 10) * 1024 ** 3
  t.true(volume > sinks.elasticsearch.buffer.max_size)
})

test('each container sees the passwords that it needs', (t) => {
  const seen = (kind: string, name: string): string[] =>
    objects
      .one(kind, name)
      .spec.template.spec.volumes.flatMap(
        ({ secret }: { secret?: { secretName: string } }) => secret?.secretName ?? [],
      )
  t.deepEqual(seen('StatefulSet', 'elasticsearch'), ['elasticsearch-users'])
  t.deepEqual(seen('StatefulSet', 'log-aggregator'), [])
  t.deepEqual(seen('Deployment', 'kibana'), [])
  const { data } = objects.one('ExternalSecret', 'log-aggregator-user').spec
  t.deepEqual(
    data.map(({ secretKey }: { secretKey: string }) => secretKey),
    ['writer'],
  )
})
