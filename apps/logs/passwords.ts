import type { Construct } from 'constructs'
import { siteSecret } from '../_lib/secret.ts'

/** The JSON secret with a field for each user's password: letters and digits alone. Jaeger's app reads its own. */
const users = 'logs/users'

/** Who reads which passwords: only Elasticsearch sees all, since it gives them to the users. */
export function passwords(scope: Construct): void {
  const field = (name: string) => ({ [name]: { key: users, property: name } })
  siteSecret(scope, {
    name: 'elasticsearch-users',
    namespace: 'logs',
    values: {
      ...field('elastic'),
      ...field('writer'),
      ...field('jaeger'),
      ...field('exporter'),
      ...field('kibana'),
    },
  })
  siteSecret(scope, { name: 'log-aggregator-user', namespace: 'logs', values: field('writer') })
  siteSecret(scope, {
    name: 'kibana-secrets',
    namespace: 'logs',
    values: { ...field('kibana'), encryptionKey: { key: 'logs/kibana', property: 'encryptionKey' } },
  })
}
