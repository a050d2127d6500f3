import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import type { Helm, KubernetesObject } from '../apps/_lib/app.ts'
import { type NodeKind, nodeFiles, nodeVariant } from './variant.ts'

const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const argocd: Helm = {
  chart: { repository: 'https://argoproj.github.io/argo-helm', chart: 'argo-cd', version: '9.3.7' },
  releaseName: 'argocd',
  values: { redis: { enabled: true }, note: 'two\nlines: "quoted"' },
}
const rootProject: KubernetesObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'root', namespace: 'argocd' },
}
const kinds: readonly NodeKind[] = (['server', 'agent'] as const).flatMap((role) =>
  [true, false].flatMap((highlyAvailable) => [true, false].map((gpu) => ({ role, highlyAvailable, gpu }))),
)
const server: NodeKind = { role: 'server', highlyAvailable: true, gpu: false }
const render = (kind: NodeKind) =>
  nodeFiles(kind, { platform: { registry, homeRegion: 'eu-west-1' }, argocd, rootProject })

// Files are plain data of many shapes: a test looks into them by path.
const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)?.[key], value)

test('each kind of node has a variant of its own, named after what it is', (t) => {
  t.is(nodeVariant({ ...server, gpu: true }), 'server-ha-gpu')
  t.is(nodeVariant({ role: 'server', highlyAvailable: false, gpu: false }), 'server-single')
  t.is(new Set(kinds.map(nodeVariant)).size, kinds.length)
})

test('variants with different names have different files, and rendering is repeatable', (t) => {
  t.deepEqual(render(server), render(server))
  t.is(
    new Set(kinds.filter(({ role }) => role === 'server').map((kind) => JSON.stringify(render(kind)))).size,
    4,
  )
})

test('the API server is hardened as the CIS benchmark asks', (t) => {
  const args = at(render(server), 'config.yaml', 'kube-apiserver-arg')
  for (const wanted of [
    'anonymous-auth=false',
    'profiling=false',
    'tls-min-version=VersionTLS13',
    'service-account-lookup=true',
    'audit-policy-file=/etc/rancher/k3s/audit.yaml',
    'admission-control-config-file=/etc/rancher/k3s/admission.yaml',
  ]) {
    t.true(Array.isArray(args) && args.includes(wanted), wanted)
  }
})

test('the files that the API server is told to read are installed where it looks', (t) => {
  const files = render(server)
  const install = String(files['install.sh'])
  for (const file of ['audit.yaml', 'admission.yaml', 'credential-provider.yaml', 'registries.yaml']) {
    t.true(install.includes(` ${file} /etc/rancher/k3s/${file}`), file)
    t.truthy(files[file])
  }
})

test('every file of a variant is installed, and nothing else is', (t) => {
  for (const kind of kinds) {
    const files = render(kind)
    const installed = [...String(files['install.sh']).matchAll(/^install -D -m \d+ (\S+) /gm)].map(
      ([, path]) => path,
    )
    t.deepEqual(
      installed.toSorted(),
      Object.keys(files)
        .filter((path) => path !== 'install.sh')
        .toSorted(),
    )
  }
})

test('only a server carries what commands the cluster', (t) => {
  for (const highlyAvailable of [true, false]) {
    const paths = Object.keys(render({ role: 'agent', highlyAvailable, gpu: false }))
    t.deepEqual(
      paths.filter((path) => /manifests|gitops|site-root|audit|admission/.test(path)),
      [],
    )
    t.true(paths.includes('systemd/k3s-agent.service'))
  }
  t.is(
    at(render({ role: 'agent', highlyAvailable: true, gpu: false }), 'config.yaml', 'secrets-encryption'),
    undefined,
  )
})

test('only servers that share the control plane run etcd and share images', (t) => {
  const single = at(render({ ...server, highlyAvailable: false }), 'config.yaml')
  const shared = at(render(server), 'config.yaml')
  t.is(at(single, 'etcd-arg'), undefined)
  t.is(at(single, 'embedded-registry'), false)
  t.deepEqual(at(shared, 'etcd-arg'), ['tls-min-version=TLS1.3'])
  t.is(at(shared, 'embedded-registry'), true)
})

test('a GPU node says so by the label that the device plugin selects', (t) => {
  const labels = (gpu: boolean) => at(render({ ...server, gpu }), 'config.yaml', 'node-label')
  t.true(String(labels(true)).includes('nvidia.com/gpu.present=true'))
  t.false(String(labels(false)).includes('nvidia'))
})

test('a namespace without a level is restricted, and only kube-system is exempt', (t) => {
  const podSecurity = at(render(server), 'admission.yaml', 'plugins', 0, 'configuration')
  t.is(at(podSecurity, 'defaults', 'enforce'), 'restricted')
  t.deepEqual(at(podSecurity, 'exemptions', 'namespaces'), ['kube-system'])
})

test('the audit log never holds what a Secret holds', (t) => {
  const rules = at(render(server), 'audit.yaml', 'rules') as {
    level: string
    resources?: { resources?: string[] }[]
  }[]
  const secrets = rules.findIndex(({ resources }) => resources?.some((r) => r.resources?.includes('secrets')))
  const bodies = rules.findIndex(({ level }) => level.startsWith('Request'))
  t.is(rules[secrets]?.level, 'Metadata')
  t.true(secrets < bodies)
  t.is(rules.at(-1)?.level, 'Metadata', 'what no rule names is logged')
})

test('the namespaces that K3s makes are closed from the first moment, but for DNS, metrics and the entrance', (t) => {
  const policies = at(render(server), 'manifests/network.yaml') as KubernetesObject[]
  const closed = policies
    .filter(({ spec }) => at(spec, 'ingress') === undefined)
    .map((one) => one.metadata.namespace)
  t.deepEqual(closed, ['default', 'kube-public', 'kube-node-lease'])
  const open = policies.filter(({ metadata }) => metadata.namespace === 'kube-system')
  t.deepEqual(
    open.map(({ metadata }) => metadata.name),
    ['meridian-intra-namespace', 'meridian-dns', 'meridian-metrics-server', 'meridian-service-lb'],
  )
})

test('K3s installs Argo CD with the values that it was given', (t) => {
  const chart = at(render(server), 'manifests/argocd.yaml', 1)
  t.is(at(chart, 'spec', 'version'), '9.3.7')
  t.is(at(chart, 'spec', 'targetNamespace'), 'argocd')
  t.deepEqual(JSON.parse(String(at(chart, 'spec', 'valuesContent'))), argocd.values)
})

test('only our registry has an endpoint', (t) => {
  t.deepEqual(at(render(server), 'registries.yaml', 'mirrors'), {
    [registry]: { endpoint: [`https://${registry}`] },
    '*': {},
  })
  t.is(at(render(server), 'config.yaml', 'disable-default-registry-endpoint'), true)
})

test('the disk is encrypted before anything is written to it, and K3s starts last', (t) => {
  const lines = String(render(server)['install.sh']).split('\n')
  const order = [
    '/usr/local/sbin/meridian-disk',
    'install -D -m 0600 config.yaml /etc/rancher/k3s/config.yaml',
    'systemctl restart --no-block k3s.service meridian-gitops.service meridian-site-root.timer',
  ].map((line) => lines.indexOf(line))
  t.true(order.every((line) => line >= 0))
  t.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  )
})

test('no file holds a secret, and every script is valid and stops at the first fault', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-nodes-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const [path, content] of Object.entries(render(server))) {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    t.notRegex(text, /PRIVATE KEY-----|AKIA[A-Z0-9]{16}|K10[0-9a-f]{64}/, path)
    if (typeof content !== 'string' || !content.startsWith('#!')) continue
    t.true(content.startsWith('#!/bin/bash\nset -euo pipefail\n'), path)
    const file = join(folder, 'script.sh')
    writeFileSync(file, content)
    t.notThrows(() => execFileSync('bash', ['-n', file]), path)
  }
})
