import { defineRule } from '../rule.ts'

/** Namespaces that the platform stands on; the others' secrets lie in another folder, without the authority's key. */
const PLATFORM = `['argocd', 'cert-manager', 'node-agents']`

const secret = (spec: object, namespace = 'example') => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'app', namespace },
  spec: { refreshInterval: '1h0m0s', ...spec },
})
const store = (name: string, kind = 'ClusterSecretStore') => ({ secretStoreRef: { name, kind } })
const token = {
  dataFrom: [{ sourceRef: { generatorRef: { kind: 'ECRAuthorizationToken', name: 'chart-registry' } } }],
}

export default defineRule({
  id: 'external-secrets-from-our-stores',
  title: "A secret comes from the site's own part of the secret manager and stays fresh",
  why: "A store of someone's own goes round the secret manager's audit and rotation; a secret that is never fetched again outlives its change.",
  mend: 'Let siteSecret write it (apps/_lib/secret.ts): it knows the store of the namespace.',
  controls: ['PCI DSS 8.6.3', 'PCI DSS 3.7.4', 'SOC 2 CC6.1', 'ISO 27001 A.5.17', 'ISO 27001 A.8.24'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['external-secrets.io/ExternalSecret'] },
  variables: [
    {
      name: 'stores',
      cel: `([object.spec.?secretStoreRef] +
object.spec.?data.orValue([]).map(d, d.?sourceRef.?storeRef) +
object.spec.?dataFrom.orValue([]).map(d, d.?sourceRef.?storeRef)).filter(s, s.hasValue()).map(s,
  s.?kind.orValue('SecretStore') + ' ' + s.?name.orValue(''))`,
    },
    { name: 'every', cel: `duration(object.spec.?refreshInterval.orValue('1h'))` },
  ],
  validations: [
    {
      cel: `variables.stores.all(s, s == 'ClusterSecretStore site' ||
(s == 'ClusterSecretStore site-platform' && object.metadata.namespace in ${PLATFORM}))`,
      message: 'the secret comes from another store than the one of its namespace',
      messageCel: `'not the store of this namespace: ' + variables.stores.join(', ')`,
    },
    {
      cel: `variables.every > duration('0s') && variables.every <= duration('24h')`,
      message: 'the secret is not fetched again within a day',
    },
    {
      cel: `object.spec.?dataFrom.orValue([]).all(d, !has(d.sourceRef) || !has(d.sourceRef.generatorRef) ||
d.sourceRef.generatorRef.kind == 'ECRAuthorizationToken')`,
      message: 'the secret is made by another generator than the token of our registry',
    },
  ],
  pass: [
    secret({ ...store('site'), data: [] }),
    secret(store('site-platform'), 'cert-manager'),
    secret(token, 'argocd'),
  ],
  fail: [
    secret(store('mine', 'SecretStore')),
    secret(store('site-platform')),
    secret({ dataFrom: [{ sourceRef: { storeRef: { name: 'other', kind: 'ClusterSecretStore' } } }] }),
    secret({ ...store('site'), refreshInterval: '0s' }),
    secret({ ...store('site'), refreshInterval: '720h' }),
    secret({ dataFrom: [{ sourceRef: { generatorRef: { kind: 'Password', name: 'random' } } }] }),
  ],
  mutations: [
    {
      on: 'external-secrets.io/ExternalSecret',
      where: { namespace: 'gateway' },
      change: [{ path: '/spec/secretStoreRef/name', value: 'site-platform' }],
    },
    { on: 'external-secrets.io/ExternalSecret', change: [{ path: '/spec/refreshInterval', value: '0s' }] },
  ],
})
