import test from 'ava'
import { anyRelease, centralCluster, platform, render, smallSite } from '../_lib/testing.ts'
import { lifecycle } from '../logs/lifecycle.ts'
import app from './app.ts'

const objects = render(app, app.place(centralCluster, anyRelease, platform))
const config = JSON.parse(objects.one('ConfigMap', 'traces-config').data['jaeger.json'])

test('it stands in the central cluster alone', (t) => {
  t.is(app.place(smallSite, anyRelease, platform), undefined)
})

test('every port of Jaeger is on the loopback: its proxy speaks mutual TLS', (t) => {
  const endpoints = [...JSON.stringify(config).matchAll(/"(?:endpoint|host)":"([^":]+)/g)].map(
    ([, host]) => host,
  )
  t.is(endpoints.length, 5)
  t.deepEqual([...new Set(endpoints)], ['127.0.0.1'])
})

test('traces lie in Elasticsearch, under a user of their own with a password from a file', (t) => {
  const { elasticsearch } = config.extensions.jaeger_storage.backends.elasticsearch
  t.deepEqual(elasticsearch.server_urls, ['http://127.0.0.1:9200'])
  t.deepEqual(elasticsearch.auth.basic, {
    username: 'jaeger',
    password_file: '/etc/traces-elasticsearch/password',
  })
  t.true('_security/role/jaeger' in lifecycle({ retentionDays: 365, region: 'eu-west-1' }))
  t.deepEqual(config.service.pipelines.traces.exporters, ['jaeger_storage_exporter'])
})

test('it calls Elasticsearch and nobody else', (t) => {
  const { egress } = objects.one('NetworkPolicy', 'traces').spec
  t.deepEqual(
    egress.map(({ to }: { to: { podSelector: { matchLabels: object } }[] }) =>
      Object.values(to[0]?.podSelector.matchLabels ?? {}),
    ),
    [['kube-dns'], ['elasticsearch']],
  )
})
