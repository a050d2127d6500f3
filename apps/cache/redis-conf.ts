import { certificatePath } from '../_lib/identity.ts'

/** Where the users' file is mounted. */
export const usersFolder = '/etc/cache-users'

export interface RedisSettings {
  readonly maxMemoryMiB: number
  /** Masters; 1: no cluster. */
  readonly masters: number
}

/**
 * `redis.conf`, for Redis 7 and 8 (https://redis.io/docs/latest/operate/oss_and_stack/management/config/).
 * TLS 1.3 with client certificates on every connection, the cluster bus included; who a client is, the ACL says.
 */
export function redisConf({ maxMemoryMiB, masters }: RedisSettings): string {
  return `${[...network, ...data(maxMemoryMiB), ...operation, ...(masters > 1 ? cluster : [])].join('\n')}\n`
}

const network = [
  'bind * -::*',
  // Not "no password": it would refuse everybody from outside as soon as one harmless user has none (probes).
  'protected-mode no',
  'port 0',
  'tls-port 6379',
  `tls-cert-file ${certificatePath}/tls.crt`,
  `tls-key-file ${certificatePath}/tls.key`,
  `tls-ca-cert-file ${certificatePath}/ca.crt`,
  'tls-auth-clients yes',
  'tls-replication yes',
  'tls-protocols TLSv1.3',
  'tls-ciphersuites TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
  'tcp-keepalive 60',
  'maxclients 4000',
  `aclfile ${usersFolder}/users.acl`,
]

const data = (maxMemoryMiB: number) => [
  'dir /data',
  `maxmemory ${maxMemoryMiB}mb`,
  // What is asked for often stays; a burst of things asked for once does not push it out.
  'maxmemory-policy allkeys-lfu',
  'lazyfree-lazy-eviction yes',
  'lazyfree-lazy-expire yes',
  'lazyfree-lazy-server-del yes',
  // At most a second of writes is lost, and a restarted pod is warm at once.
  'appendonly yes',
  'appendfsync everysec',
  'aof-use-rdb-preamble yes',
  'save ""',
]

const operation = [
  'daemonize no',
  'loglevel notice',
  'logfile ""',
  'latency-monitor-threshold 100',
  'slowlog-log-slower-than 10000',
  'enable-debug-command no',
  'enable-module-command no',
]

/**
 * Three masters, one a node, without replicas: a replica would take half of the memory to keep what the region
 * holds anyway. A lost node costs its third of the keys, which are then misses, until it is back.
 */
const cluster = [
  'cluster-enabled yes',
  'cluster-config-file nodes.conf',
  'cluster-node-timeout 5000',
  'tls-cluster yes',
  // The other two thirds go on.
  'cluster-require-full-coverage no',
  'cluster-allow-reads-when-down yes',
]
