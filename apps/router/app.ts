import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { siteEgress } from '../_lib/network.ts'
import { caller, peer } from '../_lib/peers.ts'
import { siteSecret } from '../_lib/secret.ts'
import { Size } from '../_lib/size.ts'
import { workload } from '../_lib/workload.ts'
import { diskPath, passwordFolder, ports, routerConfig, routerSettings } from './router-config.ts'
import { defaults, sizes } from './sizes.ts'

export default defineApp({
  name: 'router',
  namespace: 'router',
  layer: 'workloads',
  props: routerSettings.extend({
    size: Size,
    image: z.string(),
    maxReplicas: z.int().positive(),
  }),
  place: ({ edge, size, highlyAvailable }, release, { routes, upstreams }) =>
    edge
      ? {
          size,
          image: release.image('router'),
          routes: routes.map(({ public: _, ...route }) => route),
          upstreams: Object.fromEntries(
            Object.entries(upstreams).map(([name, { regions }]) => [name, { regions: [...regions] }]),
          ),
          ...defaults(size),
          redisCluster: highlyAvailable,
        }
      : undefined,
  variant: ({ size }) => size,
  chart(chart, props) {
    const { minReplicas, diskGiB, requests, limits } = sizes[props.size]
    siteSecret(chart, {
      name: 'router-cache',
      namespace: 'router',
      values: { password: { key: 'cache/users', property: 'router' } },
    })
    workload(chart, 'router', {
      namespace: 'router',
      // The disk cache (L2) is worth keeping when a pod is replaced, and may hold personal data: an encrypted volume.
      // It stands from the first day because a StatefulSet's volumeClaimTemplates can never change: hence its size is
      // no setting either.
      kind: 'StatefulSet',
      scratch: { disk: { mountPath: diskPath, size: `${diskGiB}Gi`, persistent: true } },
      image: props.image,
      args: ['--config', '/etc/router/router.json'],
      config: { 'router.json': routerConfig(props, diskGiB) },
      secrets: [{ secret: 'router-cache', mountPath: passwordFolder }],
      ports: [
        { name: 'https', port: ports.https, tls: 'https' },
        { name: 'admin', port: ports.admin },
      ],
      requests,
      limits,
      replicas: { min: Math.min(minReplicas, props.maxReplicas), max: props.maxReplicas },
      probes: { port: ports.admin, live: '/livez', ready: '/readyz' },
      priorityClass: 'meridian-critical',
      network: {
        from: [caller('gateway', ports.https)],
        to: [peer('inference'), peer('cache'), peer('otel-collector')],
      },
    })
  },
  site: ({ upstreams, caches }) => [
    siteEgress('router', 'router', 'upstreams', upstreams),
    siteEgress('router', 'router', 'caches', caches),
  ],
})
