import test from 'ava'
import { namespaces, standsOn } from '../_lib/namespaces.ts'
import { anyRelease, centralCluster, platform, type Rendered, render, smallSite } from '../_lib/testing.ts'
import app from './app.ts'

const rendered = (cluster = smallSite) => render(app, app.place(cluster, anyRelease, platform))
const named = (objects: readonly Rendered[], kind: string, name: string) =>
  objects.filter((object) => object.kind === kind && object.metadata.name === name)

test('every namespace has its Pod Security level, pinned, and is under our admission', (t) => {
  for (const [name, namespace] of Object.entries(namespaces)) {
    const { podSecurity } = namespace
    const { one } = rendered(standsOn(namespace, true) ? smallSite : centralCluster)
    t.deepEqual(one('Namespace', name).metadata.labels, {
      'meridian/admission': 'enforced',
      'pod-security.kubernetes.io/enforce': podSecurity,
      'pod-security.kubernetes.io/enforce-version': 'v1.36',
      'pod-security.kubernetes.io/audit': podSecurity,
      'pod-security.kubernetes.io/audit-version': 'v1.36',
      'pod-security.kubernetes.io/warn': podSecurity,
      'pod-security.kubernetes.io/warn-version': 'v1.36',
    })
  }
})

test('every namespace is closed both ways, limited, and its default account has no token', (t) => {
  for (const cluster of [smallSite, centralCluster]) {
    const { all } = rendered(cluster)
    const names = Object.entries(namespaces)
      .filter(([, namespace]) => standsOn(namespace, cluster.edge))
      .map(([name]) => name)
      .toSorted()
    for (const [kind, name] of [
      ['NetworkPolicy', 'default-deny'],
      ['ResourceQuota', 'quota'],
      ['LimitRange', 'limits'],
      ['ServiceAccount', 'default'],
    ] as const) {
      t.deepEqual(
        named(all, kind, name)
          .map(({ metadata }) => metadata.namespace)
          .toSorted(),
        names,
      )
    }
    for (const { spec } of named(all, 'NetworkPolicy', 'default-deny')) {
      t.deepEqual(spec, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
    }
    for (const account of named(all, 'ServiceAccount', 'default')) {
      t.false(account.automountServiceAccountToken)
    }
  }
})

test('only namespaces whose pods need the API server reach it, at the address behind its Service', (t) => {
  const open = named(rendered().all, 'NetworkPolicy', 'to-api-server')
  t.deepEqual(
    open.map(({ metadata }) => metadata.namespace).toSorted(),
    Object.entries(namespaces)
      .filter(([, { apiServer }]) => apiServer)
      .map(([name]) => name)
      .toSorted(),
  )
  t.deepEqual(open[0]?.spec.egress, [
    { to: [{ ipBlock: { cidr: '10.64.0.0/16' } }], ports: [{ protocol: 'TCP', port: 6443 }] },
  ])
})

test('only the gateway may ask for a public address', (t) => {
  const quotas = named(rendered().all, 'ResourceQuota', 'quota')
  const open = quotas.filter(({ spec }) => spec.hard['services.loadbalancers'] > 0)
  t.deepEqual(
    open.map(({ metadata }) => metadata.namespace),
    ['gateway'],
  )
})

test('Argo CD keeps its way out when its namespace closes: both come in one sync', (t) => {
  const { all, one } = rendered()
  t.truthy(
    named(all, 'NetworkPolicy', 'default-deny').find(({ metadata }) => metadata.namespace === 'argocd'),
  )
  const { egress } = one('NetworkPolicy', 'argocd-repo-server').spec
  t.deepEqual(egress.at(-1), {
    to: ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'].map((cidr) => ({ ipBlock: { cidr } })),
    ports: [{ protocol: 'TCP', port: 443 }],
  })
  const redis = one('NetworkPolicy', 'argocd-redis').spec
  t.is(redis.ingress.length, 2)
  t.is(redis.egress.length, 1, 'DNS alone')
})

test('a cluster in a region has no edge namespaces, and an edge site no central ones', (t) => {
  for (const [on, elsewhere] of [
    ['edge', centralCluster],
    ['central', smallSite],
  ] as const) {
    const { all } = rendered(elsewhere)
    const missing = Object.entries(namespaces).filter(([, namespace]) => namespace.on === on)
    t.true(missing.length > 0)
    for (const [name] of missing) t.is(named(all, 'Namespace', name).length, 0)
  }
})

test('volumes are encrypted and bound where their pod runs, on K3s as on EKS', (t) => {
  const local = rendered().one('StorageClass', 'encrypted')
  t.is(local.provisioner, 'rancher.io/local-path')
  const cloud = rendered(centralCluster).one('StorageClass', 'encrypted')
  t.is(cloud.provisioner, 'ebs.csi.aws.com')
  t.like(cloud.parameters, {
    encrypted: 'true',
    type: 'gp3',
    kmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:alias/meridian-data',
  })
  for (const storage of [local, cloud]) t.is(storage.volumeBindingMode, 'WaitForFirstConsumer')
})

test('priorities: what lets users in stays, batch drives nobody out', (t) => {
  const value = (name: string) => Number(rendered().one('PriorityClass', name).value)
  t.true(value('meridian-critical') > value('meridian-workload'))
  t.true(value('meridian-workload') > value('meridian-batch'))
  t.is(rendered().one('PriorityClass', 'meridian-batch').preemptionPolicy, 'Never')
})
