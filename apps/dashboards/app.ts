import { z } from 'zod'
import { defineApp } from '../_lib/app.ts'
import { callee, peer } from '../_lib/peers.ts'
import { proxyAdminPort, proxyConfig, proxyPort, proxySidecar } from '../_lib/proxy.ts'
import { siteSecret } from '../_lib/secret.ts'
import { workload } from '../_lib/workload.ts'
import { dashboards } from './dashboards.ts'
import { dataSources, grafanaPort, provisioning } from './provisioning.ts'

const adminFolder = '/etc/dashboards-admin'

/** Grafana without a state of its own: sources and dashboards are files of git, so any pod shows the same. */
export default defineApp({
  name: 'dashboards',
  namespace: 'dashboards',
  layer: 'workloads',
  props: z.strictObject({
    images: z.strictObject({ grafana: z.string(), proxy: z.string() }),
    domain: z.string(),
  }),
  place: ({ edge }, release, { domain }) =>
    edge
      ? undefined
      : { images: { grafana: release.image('grafana'), proxy: release.image('proxy') }, domain },
  variant: () => 'central',
  chart(chart, { images, domain }) {
    siteSecret(chart, {
      name: 'dashboards-admin',
      namespace: 'dashboards',
      values: { password: { key: 'dashboards/admin', property: 'password' } },
    })
    workload(chart, 'dashboards', {
      namespace: 'dashboards',
      image: images.grafana,
      env: {
        GF_PATHS_CONFIG: '/etc/dashboards/grafana.ini',
        GF_PATHS_PROVISIONING: '/etc/dashboards/provisioning',
        GF_SECURITY_ADMIN_PASSWORD__FILE: `${adminFolder}/password`,
      },
      config: {
        ...provisioning(domain),
        ...Object.fromEntries(
          Object.entries(dashboards).map(([name, dashboard]) => [
            `dashboards/${name}.json`,
            `${JSON.stringify(dashboard, null, 2)}\n`,
          ]),
        ),
        ...proxyConfig('dashboards', {
          outbound: dataSources.map(({ workload, listen }) => ({
            name: workload,
            listen,
            host: new URL(callee(workload).url).hostname,
            port: proxyPort,
            spiffePath: callee(workload).spiffePath,
          })),
          admin: [
            { prefix: '/livez', rewrite: '/api/health', to: grafanaPort },
            { prefix: '/readyz', rewrite: '/api/health', to: grafanaPort },
            { prefix: '/metrics', to: grafanaPort },
          ],
        }),
      },
      secrets: [{ secret: 'dashboards-admin', mountPath: adminFolder }],
      scratch: {
        data: { mountPath: '/var/lib/grafana', size: '256Mi' },
        tmp: { mountPath: '/tmp', size: '64Mi' },
      },
      // Nobody calls it in the cluster; operators come by a port-forward, which ends on the loopback.
      ports: [],
      // One: its sessions lie in the pod.
      replicas: { min: 1, max: 1 },
      sidecars: [proxySidecar(images.proxy, 'dashboards')],
      probes: { port: proxyAdminPort, live: '/livez', ready: '/readyz' },
      requests: { cpu: '100m', memory: '256Mi' },
      limits: { cpu: '1', memory: '1Gi' },
      network: { to: [peer('metrics'), peer('alerts'), peer('traces')] },
    })
  },
})
