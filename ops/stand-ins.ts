import { chartEvents } from './stand-ins/charts.ts'
import { loadBalancers } from './stand-ins/load-balancers.ts'
import { metrics } from './stand-ins/metrics.ts'
import { alwaysReady } from './stand-ins/readiness.ts'
import type { StandIn } from './stand-ins/stand-in.ts'
import { upgradeController } from './stand-ins/upgrade-controller.ts'
import { volumes } from './stand-ins/volumes.ts'

/**
 * Everything on a local control plane that is not what production has. The API server, its admission, the
 * controllers, the scheduler and Argo CD are the real ones; "Healthy" says no more than they and these can know.
 */
export const standIns: readonly StandIn[] = [
  {
    name: 'nodes and pods',
    of: 'machines with kubelets that pull images and run containers',
    here: 'kwok: a pod is ready at once and runs nothing; an image with the digest of f’s alone never comes',
  },
  {
    name: 'K3s',
    of: 'K3s: auto-deploy, its Helm controller, packaged CoreDNS, its way to start the parts of Kubernetes',
    here: 'the same parts as upstream’s processes with K3s’s rendered flags; manifests are applied in its order',
  },
  {
    name: 'charts',
    of: 'the charts of Argo CD, cert-manager and External Secrets, rendered by Helm',
    here: 'a `helm` that renders of each chart its CRDs alone; what stands in git beside the chart is real',
    play: chartEvents,
  },
  {
    name: 'Argo CD’s pods',
    of: 'Argo CD from its chart, with Redis',
    here: 'the same version as processes with the rendered settings; its cache is a Redis in memory (miniredis)',
  },
  {
    name: 'git host',
    of: 'github.com, with a GitHub App’s credential',
    here: 'git’s own HTTP server under the same URL, reached by the credential’s proxy and a CA of its own',
  },
  {
    name: 'load balancers',
    of: 'K3s’s ServiceLB',
    here: 'a Service of type LoadBalancer has the nodes’ addresses; nothing listens there',
    play: loadBalancers,
  },
  {
    name: 'volumes',
    of: 'the local-path provisioner on an encrypted disk',
    here: 'a claim is bound to a volume that no disk stands behind',
    play: volumes,
  },
  {
    name: 'metrics',
    of: 'metrics-server',
    here: 'every container uses half of what it requests',
    play: metrics,
  },
  {
    name: 'certificates',
    of: 'cert-manager',
    here: 'issuers and certificates are ready; nothing was issued',
    play: alwaysReady([
      'cert-manager.io/v1/clusterissuers',
      'cert-manager.io/v1/issuers',
      'cert-manager.io/v1/certificates',
    ]),
  },
  {
    name: 'external secrets',
    of: 'External Secrets with AWS Secrets Manager',
    here: 'stores and secrets are ready; no Secret was made but the repository’s credential',
    play: alwaysReady([
      'external-secrets.io/v1/clustersecretstores',
      'external-secrets.io/v1/secretstores',
      'external-secrets.io/v1/externalsecrets',
    ]),
  },
  {
    name: 'upgrades',
    of: 'the system upgrade controller',
    here: 'its kind Plan is there once its pod is; no plan is carried out',
    play: upgradeController,
  },
]
