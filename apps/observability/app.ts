import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { siteEgress } from '../_lib/network.ts'
import { collector } from './collector.ts'
import { kubeStateMetrics } from './kube-state-metrics.ts'
import { logAgent } from './log-agent.ts'
import { prometheus } from './prometheus.ts'
import { sizes } from './sizes.ts'

const images = ['prometheus', 'otel-collector', 'vector', 'kube-state-metrics'] as const

const defaults = {
  scrapeIntervalSeconds: 15,
  /** Of ordinary traces; errors and slow ones are always kept. */
  tracePercentage: 5,
  slowTraceMs: 100,
  logBufferMiB: 1024,
}

export default defineApp({
  name: 'observability',
  namespace: 'observability',
  layer: 'agents',
  props: z.strictObject({
    size: z.enum(['small', 'medium', 'large']),
    images: z.record(z.enum(images), z.string()),
    telemetryHost: z.string(),
    auditLog: z.boolean(),
    scrapeIntervalSeconds: z.int().min(5).max(300),
    tracePercentage: z.number().min(0).max(100),
    slowTraceMs: z.int().positive(),
    logBufferMiB: z.int().min(256).max(16_384),
  }),
  place: ({ size, distribution }, release, { telemetry }) => ({
    size,
    images: {
      prometheus: release.image('prometheus'),
      'otel-collector': release.image('otel-collector'),
      vector: release.image('vector'),
      'kube-state-metrics': release.image('kube-state-metrics'),
    },
    telemetryHost: telemetry.host,
    // AWS keeps the audit log of EKS's control plane (CloudWatch); K3s writes it on its servers.
    auditLog: distribution === 'k3s',
    ...defaults,
  }),
  variant: ({ size, auditLog }) => (auditLog ? size : `${size}-eks`),
  chart(chart, { size: name, images, ...props }) {
    const size = sizes[name]
    prometheus(chart, { ...props, size, image: images.prometheus })
    collector(chart, { ...props, size, image: images['otel-collector'] })
    kubeStateMetrics(chart, { image: images['kube-state-metrics'] })
    logAgent(chart, { ...props, size, image: images.vector, bufferMiB: props.logBufferMiB })
  },
  // The three that send; where to is the same name everywhere, which addresses that is differs.
  site: ({ telemetry }) => [
    siteEgress('observability', 'prometheus', 'telemetry', telemetry),
    siteEgress('observability', 'otel-collector', 'telemetry', telemetry),
    siteEgress('node-agents', 'log-agent', 'telemetry', telemetry),
  ],
})
