import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { caller, spiffePath } from '../_lib/peers.ts'
import { proxyConfig, proxyPort, proxySidecar } from '../_lib/proxy.ts'
import { workload } from '../_lib/workload.ts'
import {
  alertmanagerConfig,
  gossipConfig,
  gossipFolder,
  receiversFolder,
  start,
} from './alertmanager-config.ts'
import { secrets } from './secrets.ts'

const ports = { http: 9093, gossip: 9094, smtp: 587, https: 443 } as const

/** Alertmanager: two replicas that tell each other what is sent, so that nobody is woken twice or not at all. */
export default defineApp({
  name: 'alerts',
  namespace: 'alerts',
  layer: 'workloads',
  props: z.strictObject({
    images: z.strictObject({ alertmanager: z.string(), proxy: z.string() }),
    domain: z.string(),
    region: z.string(),
    emails: z.array(z.string()).min(1),
    /** Where Slack and PagerDuty are, and where AWS's APIs are: SES is among them. */
    egress: z.strictObject({ receivers: z.array(z.cidrv4()), aws: z.array(z.cidrv4()) }),
  }),
  place: ({ edge }, release, { domain, homeRegion, onCall, egress }) =>
    edge
      ? undefined
      : {
          images: { alertmanager: release.image('alertmanager'), proxy: release.image('proxy') },
          domain,
          region: homeRegion,
          emails: [...onCall.emails],
          egress: { receivers: [...onCall.egress], aws: [...egress.aws] },
        },
  variant: () => 'central',
  chart(chart, { images, egress, ...settings }) {
    secrets(chart)
    const siblings = { namespace: 'alerts', app: 'alerts', ports: [{ port: ports.gossip }] } as const
    workload(chart, 'alerts', {
      namespace: 'alerts',
      kind: 'StatefulSet',
      image: images.alertmanager,
      command: ['sh', '-c', start, 'alertmanager'],
      env: { SMTP_USER: { secretKeyRef: { name: 'alerts-receivers', key: 'smtp-user' } } },
      args: [
        '--config.file=/run/alerts/alertmanager.yml',
        '--storage.path=/var/lib/alerts',
        `--web.listen-address=127.0.0.1:${ports.http}`,
        `--cluster.listen-address=0.0.0.0:${ports.gossip}`,
        '--cluster.tls-config=/etc/alerts/gossip.yml',
        ...[0, 1].map(
          (ordinal) =>
            `--cluster.peer=alerts-${ordinal}.alerts-pods.alerts.svc.cluster.local:${ports.gossip}`,
        ),
        '--log.format=json',
      ],
      config: {
        'alertmanager.yml': alertmanagerConfig(settings),
        'gossip.yml': gossipConfig(),
        ...proxyConfig('alerts', {
          inbound: {
            callers: [
              { spiffePath: spiffePath('metrics'), paths: ['/api/v2/alerts'] },
              { spiffePath: spiffePath('dashboards'), paths: ['/api/v2/'] },
            ],
            routes: [{ prefix: '/', to: ports.http }],
          },
          admin: [
            { prefix: '/livez', rewrite: '/-/healthy', to: ports.http },
            { prefix: '/readyz', rewrite: '/-/ready', to: ports.http },
            { prefix: '/metrics', to: ports.http },
          ],
        }),
      },
      secrets: [
        { secret: 'alerts-receivers', mountPath: receiversFolder },
        { secret: 'alerts-gossip', mountPath: gossipFolder },
      ],
      // Silences, and what is sent already.
      scratch: {
        data: { mountPath: '/var/lib/alerts', size: '1Gi', persistent: true },
        run: { mountPath: '/run/alerts', size: '1Mi' },
      },
      ports: [
        { name: 'https', port: proxyPort, tls: 'https' },
        { name: 'gossip', port: ports.gossip, tls: 'meridian/mtls' },
      ],
      headless: true,
      replicas: { min: 2, max: 2 },
      overZones: true,
      sidecars: [proxySidecar(images.proxy, 'alerts')],
      probes: { port: 9902, live: '/livez', ready: '/readyz' },
      requests: { cpu: '50m', memory: '64Mi' },
      limits: { cpu: '500m', memory: '256Mi' },
      priorityClass: 'meridian-critical',
      network: {
        from: [caller('metrics', proxyPort), caller('dashboards', proxyPort), siblings],
        to: [siblings],
        toOutside: [
          { cidrs: egress.receivers, port: ports.https },
          { cidrs: egress.aws, port: ports.smtp },
        ],
      },
    })
  },
})
