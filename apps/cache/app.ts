import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { caller } from '../_lib/peers.ts'
import { Size } from '../_lib/size.ts'
import { workload } from '../_lib/workload.ts'
import { keeperScript, readyScript } from './keeper.ts'
import { redisConf, usersFolder } from './redis-conf.ts'
import { exporter, keeper } from './sidecars.ts'
import { sizes } from './sizes.ts'
import { users } from './users.ts'

const ports = { redis: 6379, bus: 16379 } as const

export default defineApp({
  name: 'cache',
  namespace: 'cache',
  layer: 'workloads',
  props: z.strictObject({
    size: Size,
    redis: z.string(),
    exporter: z.string(),
    /** 1: one instance; 3: a Redis Cluster, one master a node. */
    masters: z.union([z.literal(1), z.literal(3)]),
  }),
  place: ({ edge, size, highlyAvailable }, release) =>
    edge
      ? {
          size,
          redis: release.image('redis'),
          exporter: release.image('exporter'),
          masters: highlyAvailable ? (3 as const) : (1 as const),
        }
      : undefined,
  variant: ({ size }) => size,
  chart(chart, props) {
    const { maxMemoryMiB, requests, limits } = sizes[props.size]
    const clustered = props.masters > 1
    users(chart)
    workload(chart, 'cache', {
      namespace: 'cache',
      kind: 'StatefulSet',
      image: props.redis,
      // Not the image's own entrance, which loads modules that nobody here needs.
      command: ['redis-server', '/etc/cache/redis.conf'],
      args: clustered ? ['--cluster-announce-ip', '$(POD_IP)'] : undefined,
      env: { POD_IP: { fieldRef: { fieldPath: 'status.podIP' } } },
      config: {
        'redis.conf': redisConf({ maxMemoryMiB, masters: props.masters }),
        'keeper.sh': keeperScript,
        'ready.sh': readyScript,
      },
      secrets: [{ secret: 'cache-users', mountPath: usersFolder }],
      // Room for the log, and for its successor while it is rewritten.
      scratch: {
        data: {
          mountPath: '/data',
          size: `${Math.ceil((maxMemoryMiB * 3) / 1024)}Gi`,
          persistent: true,
        },
      },
      ports: [
        { name: 'redis', port: ports.redis, tls: 'meridian/mtls' },
        ...(clustered ? [{ name: 'bus', port: ports.bus }] : []),
      ],
      headless: true,
      requests,
      limits,
      replicas: { min: props.masters, max: props.masters },
      probeCommand: {
        live: ['sh', '/etc/cache/ready.sh', 'alone'],
        ready: ['sh', '/etc/cache/ready.sh', clustered ? 'cluster' : 'alone'],
      },
      sidecars: [keeper(props), exporter(props.exporter)],
      network: {
        from: [caller('router', ports.redis), ...(clustered ? [siblings] : [])],
        to: clustered ? [siblings] : [],
      },
    })
  },
})

const siblings = {
  namespace: 'cache',
  app: 'cache',
  ports: [{ port: ports.redis }, { port: ports.bus }],
} as const
