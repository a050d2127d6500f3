import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { peer } from '../_lib/peers.ts'
import { siteSecret } from '../_lib/secret.ts'
import { Size } from '../_lib/size.ts'
import { workload } from '../_lib/workload.ts'
import { certificateFolder, gatewayConfig, gatewaySettings, ports } from './gateway-config.ts'
import { defaults, sizes } from './sizes.ts'

export default defineApp({
  name: 'gateway',
  namespace: 'gateway',
  layer: 'workloads',
  props: gatewaySettings.extend({
    size: Size,
    image: z.string(),
    maxReplicas: z.int().positive(),
  }),
  place: ({ edge, size }, release, { domain, routes }) =>
    edge
      ? {
          size,
          image: release.image('gateway'),
          domain,
          routes: routes.map(({ id, host, path, public: open }) => ({ id, host, path, public: open })),
          ...defaults(size),
        }
      : undefined,
  variant: ({ size }) => size,
  chart(chart, props) {
    const { minReplicas, requests, limits } = sizes[props.size]
    // Each site has a key of its own for the public names, so that one stolen site does not give away all.
    siteSecret(chart, {
      name: 'public-certificate',
      namespace: 'gateway',
      values: {
        'tls.crt': { key: 'gateway/certificate', property: 'certificate' },
        'tls.key': { key: 'gateway/certificate', property: 'key' },
      },
    })
    workload(chart, 'gateway', {
      namespace: 'gateway',
      image: props.image,
      args: ['--config', '/etc/gateway/gateway.json'],
      config: { 'gateway.json': gatewayConfig(props) },
      secrets: [{ secret: 'public-certificate', mountPath: certificateFolder }],
      ports: [
        { name: 'https', port: ports.https, servicePort: ports.public, tls: 'https' },
        { name: 'http3', port: ports.https, servicePort: ports.public, protocol: 'UDP', tls: 'https' },
        { name: 'admin', port: ports.admin },
      ],
      serviceType: 'LoadBalancer',
      requests,
      limits,
      replicas: { min: Math.min(minReplicas, props.maxReplicas), max: props.maxReplicas },
      probes: { port: ports.admin, live: '/livez', ready: '/readyz' },
      priorityClass: 'meridian-critical',
      network: {
        fromAnywhere: [{ port: ports.https }, { port: ports.https, protocol: 'UDP' }],
        to: [peer('router'), peer('otel-collector')],
      },
    })
  },
})
