import { defineRule } from '../rule.ts'

const store = (changes: object, conditions: readonly object[] = [{ namespaces: ['gateway'] }]) => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ClusterSecretStore',
  metadata: { name: 'site' },
  spec: {
    provider: {
      aws: { service: 'SecretsManager', region: 'eu-west-1', prefix: 'sites/fra1/workloads/', ...changes },
    },
    conditions,
  },
})

export default defineRule({
  id: 'secret-stores-bounded',
  title: "A secret store sees one site's folder and serves named namespaces",
  why: 'A store that sees more than its site makes every stolen site a theft of all; one that serves every namespace has no owner.',
  mend: 'Give the store a prefix sites/<site>/<folder>/ and its namespaces (synth/site.ts); it signs in by its machine, not by a stored key.',
  controls: ['PCI DSS 7.2.5', 'PCI DSS 3.6.1', 'SOC 2 CC6.1', 'ISO 27001 A.8.3', 'ISO 27001 A.5.17'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['external-secrets.io/ClusterSecretStore', 'external-secrets.io/SecretStore'] },
  variables: [{ name: 'aws', cel: 'object.spec.?provider.?aws.orValue({})' }],
  validations: [
    {
      cel: `variables.aws.?service.orValue('') == 'SecretsManager'`,
      message: 'the store is not AWS Secrets Manager',
    },
    {
      cel: `variables.aws.?prefix.orValue('').matches('^sites/[a-z0-9-]+/(platform|workloads)/$')`,
      message: 'the store sees more than one folder of one site',
    },
    {
      cel: `!has(object.spec.provider.aws) || !has(object.spec.provider.aws.auth)`,
      message: 'the store signs in by a key that is kept somewhere',
    },
    {
      cel: `object.kind == 'ClusterSecretStore' && object.spec.?conditions.orValue([]).size() > 0 &&
object.spec.?conditions.orValue([]).all(c, c.?namespaces.orValue([]).size() > 0 &&
  !has(c.namespaceSelector) && !has(c.namespaceRegexes))`,
      message: 'the store does not name the namespaces that it serves',
    },
  ],
  pass: [store({})],
  fail: [
    store({ prefix: undefined }),
    store({ prefix: 'sites/' }),
    store({ service: 'ParameterStore' }),
    store({ auth: { secretRef: {} } }),
    store({}, []),
    store({}, [{ namespaceSelector: {} }]),
    { ...store({}), kind: 'SecretStore' },
    { ...store({}), spec: { provider: { fake: { data: [] } }, conditions: [{ namespaces: ['gateway'] }] } },
  ],
  mutations: [
    {
      on: 'external-secrets.io/ClusterSecretStore',
      change: [{ path: '/spec/provider/aws/prefix', remove: true }],
    },
    { on: 'external-secrets.io/ClusterSecretStore', change: [{ path: '/spec/conditions', value: [] }] },
  ],
})
