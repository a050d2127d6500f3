import type { Chart } from 'cdk8s'
import { networkPolicy } from '../_lib/network.ts'

/**
 * What Argo CD's pods may reach. It stands here and not with `argocd` because it must come in the same sync as the
 * namespace's default-deny: a moment later Argo CD could no longer fetch the policy that lets it fetch.
 *
 * @param outside the git host, the chart hosts, our registry
 */
export function argocdNetwork(chart: Chart, outside: readonly string[]): void {
  const namespace = 'argocd'
  const scraped = (port: number) =>
    ({ namespace: 'observability', app: 'prometheus', ports: [{ port }] }) as const
  const repoServer = { namespace, app: 'argocd-repo-server', ports: [{ port: 8081 }] } as const
  const redis = { namespace, app: 'argocd-redis', ports: [{ port: 6379 }] } as const
  const controller = 'argocd-application-controller'
  networkPolicy(chart, { namespace, app: controller, from: [scraped(8082)], to: [repoServer, redis] })
  networkPolicy(chart, {
    namespace,
    app: repoServer.app,
    from: [{ namespace, app: controller, ports: repoServer.ports }, scraped(8084)],
    to: [redis],
    toOutside: [{ cidrs: [...new Set(outside)], port: 443 }],
  })
  networkPolicy(chart, {
    namespace,
    app: redis.app,
    from: [controller, repoServer.app].map((app) => ({ namespace, app, ports: redis.ports })),
  })
}
