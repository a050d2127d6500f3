import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { callee, peer } from '../_lib/peers.ts'
import { ownAdmin, proxyAdminPort, proxyCommand, proxyConfig, proxyPort } from '../_lib/proxy.ts'
import type { Caller, Outbound, Route } from '../_lib/proxy-props.ts'
import { siteSecret } from '../_lib/secret.ts'
import { workload } from '../_lib/workload.ts'

/** Who sends, at every site (apps/observability): each may reach its own path and no other. */
export const senders: readonly Caller[] = [
  { spiffePath: '/ns/observability/sa/prometheus', paths: ['/metrics/'] },
  { spiffePath: '/ns/observability/sa/otel-collector', paths: ['/otlp/v1/traces'] },
  { spiffePath: '/ns/node-agents/sa/log-agent', paths: ['/logs'] },
]

/** Both replicas of Prometheus are written to, each by its own queue of the sender. */
const stores: readonly Outbound[] = [
  ...['metrics-0', 'metrics-1'].map((name) => ({
    name,
    host: `${name}.metrics-pods.metrics.svc.cluster.local`,
    port: proxyPort,
    spiffePath: callee('metrics').spiffePath,
  })),
  ...(['traces', 'log-aggregator'] as const).map((name) => ({
    name,
    host: new URL(callee(name).url).hostname,
    port: proxyPort,
    spiffePath: callee(name).spiffePath,
  })),
]

const routes: readonly Route[] = [
  { prefix: '/metrics/0/api/v1/write', rewrite: '/api/v1/write', to: 'metrics-0' },
  { prefix: '/metrics/1/api/v1/write', rewrite: '/api/v1/write', to: 'metrics-1' },
  { prefix: '/otlp/v1/traces', rewrite: '/v1/traces', to: 'traces' },
  { prefix: '/logs', to: 'log-aggregator' },
]

const certificate = '/etc/telemetry-certificate'

/**
 * The one entrance for what all sites observe: mutual TLS with any site's agents, each known by its SPIFFE id, and on
 * to Prometheus, Jaeger and the logs. It keeps nothing: what it cannot hand on, the agents keep and send again.
 */
export default defineApp({
  name: 'telemetry',
  namespace: 'telemetry',
  layer: 'workloads',
  props: z.strictObject({
    image: z.string(),
    /** Where the load balancer stands that brings the sites' connections, and the port of the machines that it uses. */
    network: z.cidrv4(),
    nodePort: z.int(),
  }),
  place: ({ edge, apiServer }, release, { telemetry: { nodePort } }) =>
    edge ? undefined : { image: release.image('proxy'), network: apiServer.cidr, nodePort },
  variant: () => 'central',
  chart(chart, { image, network, nodePort }) {
    // Agents compare the entrance's name: a certificate of the platform's own authority that has it.
    siteSecret(chart, {
      name: 'telemetry-certificate',
      namespace: 'telemetry',
      values: {
        'tls.crt': { key: 'telemetry/certificate', property: 'certificate' },
        'tls.key': { key: 'telemetry/certificate', property: 'key' },
      },
    })
    workload(chart, 'telemetry', {
      namespace: 'telemetry',
      image,
      command: proxyCommand('telemetry'),
      config: proxyConfig('telemetry', {
        // The logs are told which site a line is from; see apps/logs/aggregator-config.ts.
        inbound: { callers: senders, routes, certificate, senderHeader: 'x-spiffe-id' },
        outbound: stores,
        admin: [
          { prefix: '/readyz', rewrite: '/ready', to: ownAdmin },
          { prefix: '/metrics', rewrite: '/stats/prometheus', to: ownAdmin },
        ],
      }),
      secrets: [{ secret: 'telemetry-certificate', mountPath: certificate }],
      ports: [
        { name: 'https', port: proxyPort, servicePort: 443, nodePort, tls: 'https' },
        { name: 'admin', port: proxyAdminPort },
      ],
      replicas: { min: 2, max: 6 },
      overZones: true,
      probes: { port: proxyAdminPort, live: '/', ready: '/readyz' },
      requests: { cpu: '500m', memory: '256Mi' },
      limits: { cpu: '2', memory: '1Gi' },
      priorityClass: 'meridian-critical',
      network: {
        fromOutside: [{ cidrs: [network], port: proxyPort }],
        to: [peer('metrics'), peer('traces'), peer('log-aggregator')],
      },
    })
  },
})
