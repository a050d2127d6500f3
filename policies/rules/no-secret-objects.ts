import { defineRule } from '../rule.ts'

const secret = (fields: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'app', namespace: 'example' },
  ...fields,
})

/** Base64 hides nothing. In a cluster External Secrets, cert-manager and Argo CD make Secrets, so it is not asked. */
export default defineRule({
  id: 'no-secret-objects',
  title: 'Git holds no Secret',
  why: 'Whatever is in git stays in its history, in every clone and in every cache; a secret there is known.',
  mend: 'Put the value into the secret manager and fetch it with an ExternalSecret (apps/_lib/secret.ts); change the value that was in git.',
  controls: ['PCI DSS 8.6.2', 'SOC 2 CC6.1', 'ISO 27001 A.5.17', 'GDPR 32(1)(b)'],
  scope: 'object',
  stage: 'warn',
  admission: false,
  match: { kinds: ['Secret'] },
  validations: [
    {
      cel: 'object.?data.orValue({}).size() == 0 && object.?stringData.orValue({}).size() == 0',
      message: 'a Secret brings its values along',
      messageCel: `'brings values along: ' + (object.?data.orValue({}).map(k, k) + object.?stringData.orValue({}).map(k, k)).join(', ')`,
    },
  ],
  pass: [secret({ type: 'Opaque' })],
  fail: [secret({ data: { password: 'aHVudGVyMg==' } }), secret({ stringData: { password: 'hunter2' } })],
  mutations: [
    { on: 'ConfigMap', where: { name: 'gateway-config' }, change: [{ path: '/kind', value: 'Secret' }] },
  ],
})
