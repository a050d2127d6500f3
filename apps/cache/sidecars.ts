import { certificatePath } from '../_lib/identity.ts'
import type { Sidecar } from '../_lib/workload-props.ts'
import { usersFolder } from './redis-conf.ts'

/** Forms and mends the cluster, and tells Redis of new certificates and users; see keeper.ts. */
export function keeper({ redis, masters }: { redis: string; masters: number }): Sidecar {
  const peers = Array.from(
    { length: masters },
    (_, ordinal) => `cache-${ordinal}.cache-pods.cache.svc.cluster.local`,
  )
  return {
    name: 'keeper',
    image: redis,
    command: ['sh', '/etc/cache/keeper.sh'],
    env: {
      NAME: { fieldRef: { fieldPath: 'metadata.name' } },
      ADDRESS: { fieldRef: { fieldPath: 'status.podIP' } },
      PEERS: masters > 1 ? peers.join(' ') : '',
      TLS: certificatePath,
      USERS: `${usersFolder}/users.acl`,
      PASSWORD: '/etc/cache-keeper/password',
      INTERVAL: '5',
    },
    secrets: [
      { secret: 'cache-users', mountPath: usersFolder },
      { secret: 'cache-keeper', mountPath: '/etc/cache-keeper' },
    ],
    requests: { cpu: '10m', memory: '16Mi' },
    limits: { cpu: '200m', memory: '64Mi' },
  }
}

/** Redis's figures for Prometheus. It reads the certificate anew for each connection. */
export function exporter(image: string): Sidecar {
  return {
    name: 'exporter',
    image,
    args: [
      '--redis.addr=rediss://127.0.0.1:6379',
      '--redis.user=exporter',
      // By address with the user in it, whatever stands in --redis.addr. Read at start only: after a new password
      // the pods are restarted.
      '--redis.password-file=/etc/cache-exporter/passwords.json',
      `--tls-client-cert-file=${certificatePath}/tls.crt`,
      `--tls-client-key-file=${certificatePath}/tls.key`,
      // A SPIFFE certificate carries no host name to compare, and the other end is the same pod.
      '--skip-tls-verification',
      // The command that shows settings is not its business.
      '--config-command=-',
      '--web.listen-address=:9121',
      '--log-format=json',
    ],
    secrets: [{ secret: 'cache-exporter', mountPath: '/etc/cache-exporter' }],
    requests: { cpu: '10m', memory: '32Mi' },
    limits: { cpu: '200m', memory: '128Mi' },
    metrics: { port: 9121, path: '/metrics' },
  }
}
