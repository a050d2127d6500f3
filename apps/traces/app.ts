import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { callee, caller, peer, spiffePath } from '../_lib/peers.ts'
import { proxyAdminPort, proxyConfig, proxyPort, proxySidecar } from '../_lib/proxy.ts'
import { siteSecret } from '../_lib/secret.ts'
import { workload } from '../_lib/workload.ts'
import { jaegerConfig, passwordFolder, ports } from './jaeger-config.ts'

/** Jaeger v2: takes the traces that sites kept, stores them in Elasticsearch, answers questions about them. */
export default defineApp({
  name: 'traces',
  namespace: 'traces',
  layer: 'workloads',
  props: z.strictObject({ images: z.strictObject({ jaeger: z.string(), proxy: z.string() }) }),
  place: ({ edge }, release) =>
    edge ? undefined : { images: { jaeger: release.image('jaeger'), proxy: release.image('proxy') } },
  variant: () => 'central',
  chart(chart, { images }) {
    siteSecret(chart, {
      name: 'traces-elasticsearch',
      namespace: 'traces',
      values: { password: { key: 'logs/users', property: 'jaeger' } },
    })
    const elasticsearch = callee('elasticsearch')
    workload(chart, 'traces', {
      namespace: 'traces',
      image: images.jaeger,
      args: ['--config=/etc/traces/jaeger.json'],
      config: {
        'jaeger.json': jaegerConfig(),
        ...proxyConfig('traces', {
          inbound: {
            callers: [
              { spiffePath: spiffePath('telemetry'), paths: ['/v1/traces'] },
              { spiffePath: spiffePath('dashboards'), paths: ['/api/'] },
            ],
            routes: [
              { prefix: '/v1/traces', to: ports.otlp },
              { prefix: '/', to: ports.query },
            ],
          },
          outbound: [
            {
              name: 'elasticsearch',
              listen: ports.elasticsearch,
              host: new URL(elasticsearch.url).hostname,
              port: proxyPort,
              spiffePath: elasticsearch.spiffePath,
            },
          ],
          admin: [
            { prefix: '/livez', rewrite: '/status', to: ports.health },
            { prefix: '/readyz', rewrite: '/status', to: ports.health },
            { prefix: '/metrics', to: ports.metrics },
          ],
        }),
      },
      secrets: [{ secret: 'traces-elasticsearch', mountPath: passwordFolder }],
      ports: [{ name: 'https', port: proxyPort, tls: 'https' }],
      replicas: { min: 2, max: 4 },
      overZones: true,
      sidecars: [proxySidecar(images.proxy, 'traces')],
      probes: { port: proxyAdminPort, live: '/livez', ready: '/readyz' },
      requests: { cpu: '250m', memory: '512Mi' },
      limits: { cpu: '1', memory: '1Gi' },
      network: {
        from: [caller('telemetry', proxyPort), caller('dashboards', proxyPort)],
        to: [peer('elasticsearch')],
      },
    })
  },
})
