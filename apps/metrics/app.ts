import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { callee, caller, peer, spiffePath } from '../_lib/peers.ts'
import { proxyConfig, proxyPort, proxySidecar } from '../_lib/proxy.ts'
import { workload } from '../_lib/workload.ts'
import { alertRules } from './alert-rules.ts'
import { alertmanagers, prometheusConfig, prometheusPort } from './prometheus-config.ts'
import { recordingRules } from './recording-rules.ts'

/**
 * The central Prometheus: every site's agent writes to both replicas, and each judges the same rules by itself. They
 * share nothing, so one that is lost is no more than a gap in one of two copies.
 */
export default defineApp({
  name: 'metrics',
  namespace: 'metrics',
  layer: 'workloads',
  props: z.strictObject({
    images: z.strictObject({ prometheus: z.string(), proxy: z.string() }),
    retentionDays: z.int().positive(),
    volumeGiB: z.int().positive(),
  }),
  place: ({ edge }, release) =>
    edge
      ? undefined
      : {
          images: { prometheus: release.image('prometheus'), proxy: release.image('proxy') },
          // Enough to compare a month with the one before, and for an SLO's 30 days.
          retentionDays: 90,
          volumeGiB: 200,
        },
  variant: () => 'central',
  chart(chart, { images, retentionDays, volumeGiB }) {
    workload(chart, 'metrics', {
      namespace: 'metrics',
      kind: 'StatefulSet',
      image: images.prometheus,
      args: [
        '--config.file=/etc/metrics/prometheus.yml',
        '--storage.tsdb.path=/var/lib/metrics',
        `--storage.tsdb.retention.time=${retentionDays}d`,
        // A tenth stays free for the log of writes and for compaction.
        `--storage.tsdb.retention.size=${Math.floor(volumeGiB * 0.9)}GB`,
        `--web.listen-address=127.0.0.1:${prometheusPort}`,
        '--web.enable-remote-write-receiver',
        '--log.format=json',
      ],
      config: {
        'prometheus.yml': prometheusConfig(),
        'recording-rules.json': recordingRules(),
        'alert-rules.json': alertRules(),
        ...proxyConfig('metrics', {
          inbound: {
            callers: [
              { spiffePath: spiffePath('telemetry'), paths: ['/api/v1/write'] },
              { spiffePath: spiffePath('dashboards'), paths: ['/api/v1/'] },
            ],
            routes: [{ prefix: '/', to: prometheusPort }],
          },
          outbound: alertmanagers.map(({ name, listen }) => ({
            name,
            listen,
            host: `${name}.alerts-pods.alerts.svc.cluster.local`,
            port: proxyPort,
            spiffePath: callee('alerts').spiffePath,
          })),
          admin: [
            { prefix: '/livez', rewrite: '/-/healthy', to: prometheusPort },
            { prefix: '/readyz', rewrite: '/-/ready', to: prometheusPort },
            { prefix: '/metrics', to: prometheusPort },
          ],
        }),
      },
      scratch: { data: { mountPath: '/var/lib/metrics', size: `${volumeGiB}Gi`, persistent: true } },
      ports: [{ name: 'https', port: proxyPort, tls: 'https' }],
      headless: true,
      replicas: { min: 2, max: 2 },
      overZones: true,
      sidecars: [proxySidecar(images.proxy, 'metrics')],
      probes: { port: 9902, live: '/livez', ready: '/readyz' },
      requests: { cpu: '1', memory: '6Gi' },
      limits: { cpu: '2', memory: '10Gi' },
      // It writes its head to disk before it goes.
      terminationGraceSeconds: 300,
      network: {
        from: [caller('telemetry', proxyPort), caller('dashboards', proxyPort)],
        to: [peer('alerts')],
      },
    })
  },
})
