import test from 'ava'
import { App, Chart } from 'cdk8s'
import { namespaces } from './namespaces.ts'
import { type SiteSecret, siteSecret, siteSecretStore, siteSecretStores } from './secret.ts'

function spec(secret: SiteSecret) {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true })
  siteSecret(chart, secret)
  return chart.toJson()[0].spec
}

test('a secret is fetched from the store of its namespace', (t) => {
  const of = (namespace: SiteSecret['namespace']) =>
    spec({ name: 's', namespace, values: { password: { key: 'cache/users', property: 'router' } } })
  t.deepEqual(of('router').secretStoreRef, { kind: 'ClusterSecretStore', name: 'site' })
  t.deepEqual(of('argocd').secretStoreRef, { kind: 'ClusterSecretStore', name: 'site-platform' })
  t.deepEqual(of('router').data, [
    { secretKey: 'password', remoteRef: { key: 'cache/users', property: 'router' } },
  ])
})

test('values are kept as they are unless entries say otherwise', (t) => {
  const values = { password: { key: 'cache/users' } }
  t.is(spec({ name: 's', namespace: 'cache', values }).target.template, undefined)
  const entries = { 'users.acl': 'user a on #{{ .password | sha256sum }}' }
  t.deepEqual(spec({ name: 's', namespace: 'cache', values, entries }).target.template, {
    engineVersion: 'v2',
    data: entries,
  })
})

test('no namespace of services may use the store that holds the CA', (t) => {
  const platformOnly = new Set<string>(siteSecretStores.platform.namespaces)
  for (const name of Object.keys(namespaces) as SiteSecret['namespace'][]) {
    t.is(siteSecretStore(name) === siteSecretStores.platform.name, platformOnly.has(name), name)
  }
  for (const name of siteSecretStores.workloads.namespaces) t.false(platformOnly.has(name), name)
})
