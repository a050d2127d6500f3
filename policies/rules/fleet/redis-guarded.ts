import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

const good = {
  port: '0',
  'tls-port': '6379',
  'tls-auth-clients': 'yes',
  'tls-protocols': 'TLSv1.3',
  'tls-replication': 'yes',
  aclfile: '/etc/users.acl',
  dir: '/data',
  appendonly: 'yes',
}
const redis = (changes: object = {}, mountPath = '/data') =>
  workload({
    configs: [
      {
        configMap: 'cache-config',
        file: 'redis.conf',
        format: 'directives',
        content: { ...good, ...changes },
      },
    ],
    claims: [
      { name: 'data', mountPaths: [mountPath], storageClass: { provisioner: 'rancher.io/local-path' } },
    ],
  })

/** https://redis.io/docs/latest/operate/oss_and_stack/management/security/encryption/ */
export default defineRule({
  id: 'redis-guarded',
  title: 'Redis speaks mutual TLS 1.3 alone and keeps its data on a claimed volume',
  why: 'A cache holds what its origins protect: in transit, between its nodes, and in its files.',
  mend: 'In redis.conf: port 0, a tls-port, tls-auth-clients, tls-replication and tls-cluster yes, tls-protocols TLSv1.3, an aclfile, and dir on a volume that the workload claims.',
  controls: [
    'PCI DSS 3.5.1',
    'PCI DSS 4.2.1',
    'SOC 2 CC6.1',
    'SOC 2 CC6.7',
    'ISO 27001 A.8.24',
    'GDPR 32(1)(a)',
  ],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  variables: [
    {
      name: 'configs',
      cel: `object.spec.configs.filter(c, c.file == 'redis.conf').map(c, c.content)`,
    },
  ],
  validations: [
    {
      cel: `variables.configs.all(c, c.?port.orValue('6379') == '0' && c[?'tls-port'].orValue('0') != '0')`,
      message: 'Redis listens in plain text, or not for TLS: port must be 0 and tls-port set',
    },
    {
      cel: `variables.configs.all(c, c[?'tls-auth-clients'].orValue('yes') == 'yes' && c[?'tls-protocols'].orValue('') == 'TLSv1.3')`,
      message: 'Redis takes clients without a certificate, or TLS older than 1.3',
    },
    {
      cel: `variables.configs.all(c, c[?'tls-replication'].orValue('no') == 'yes' &&
(c[?'cluster-enabled'].orValue('no') == 'no' || c[?'tls-cluster'].orValue('no') == 'yes'))`,
      message: 'Redis speaks with its own replicas or its cluster in plain text',
    },
    {
      cel: `variables.configs.all(c, has(c.aclfile))`,
      message: 'Redis knows no users: it needs an aclfile',
    },
    {
      cel: `variables.configs.all(c, (c.?appendonly.orValue('no') == 'no' && c.?save.orValue('""') == '""') ||
object.spec.claims.exists(v, v.mountPaths.exists(m, (c.?dir.orValue('./') + '/').startsWith(m + '/'))))`,
      message: 'Redis writes to a folder that is on no volume that its workload claims',
    },
  ],
  pass: [
    workload(),
    redis(),
    redis({ 'cluster-enabled': 'yes', 'tls-cluster': 'yes' }),
    redis({ dir: '/data/aof' }),
  ],
  fail: [
    redis({ port: '6379' }),
    redis({ 'tls-auth-clients': 'optional' }),
    redis({ 'tls-protocols': '"TLSv1.2 TLSv1.3"' }),
    redis({ 'cluster-enabled': 'yes' }),
    redis({ 'tls-replication': 'no' }),
    workload({
      configs: [
        {
          configMap: 'c',
          file: 'redis.conf',
          format: 'directives',
          content: { port: '0', 'tls-port': '6379' },
        },
      ],
    }),
    redis({ dir: '/scratch' }),
    redis({}, '/database'),
  ],
  mutations: [
    {
      on: 'ConfigMap',
      where: { namespace: 'cache', name: 'cache-config' },
      change: [{ path: '/data/redis.conf', value: 'port 6379\n' }],
    },
    {
      on: 'apps/StatefulSet',
      where: { namespace: 'cache' },
      change: [{ path: '/spec/volumeClaimTemplates', value: [] }],
    },
  ],
})
