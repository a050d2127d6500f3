import type { Construct } from 'constructs'
import { siteSecret } from '../_lib/secret.ts'

/** The JSON secret with a field for each password, under the site's prefix. */
const passwords = 'cache/users'

/**
 * Who may do what in Redis: an ACL file in which passwords stand as SHA-256, made where the Secret is made. The
 * templates are External Secrets'.
 */
export const usersAcl = [
  'user default off',
  // Probes need no password, so that a new one can never make a healthy Redis look dead. All it can do is look.
  'user probe on nopass resetkeys resetchannels -@all +ping +cluster|info',
  'user router on #{{ .router | sha256sum }} ~* resetchannels -@all +@read +@write +@connection -@dangerous +info +cluster|slots +cluster|shards',
  'user keeper on #{{ .keeper | sha256sum }} resetkeys resetchannels -@all +ping +config|set +acl|load +cluster',
  'user exporter on #{{ .exporter | sha256sum }} resetkeys resetchannels -@all +ping +info +client|setname +cluster|info +latency|latest +latency|histogram +slowlog|len',
].join('\n')

/** A Secret for each reader: the keeper does not see the exporter's password, nor the other way round. */
export function users(scope: Construct): void {
  const field = (property: string) => ({ [property]: { key: passwords, property } })
  siteSecret(scope, {
    name: 'cache-users',
    namespace: 'cache',
    values: { ...field('router'), ...field('keeper'), ...field('exporter') },
    entries: { 'users.acl': `${usersAcl}\n` },
  })
  siteSecret(scope, {
    name: 'cache-keeper',
    namespace: 'cache',
    values: field('keeper'),
    entries: { password: '{{ .keeper }}' },
  })
  siteSecret(scope, {
    name: 'cache-exporter',
    namespace: 'cache',
    values: field('exporter'),
    entries: { 'passwords.json': '{"rediss://exporter@127.0.0.1:6379":"{{ .exporter }}"}' },
  })
}
