import type { Permission } from '../rule.ts'

const allows = ['a token of the API server']
const chart = {
  allows,
  why: 'A controller of an official chart: its work is to watch and write objects of the API server.',
  instead: 'Its own account, with the rights that the chart gives it and no wildcard over secrets of ours.',
}

/** What talks to the API server, by namespace and account. */
export const permissions: Permission[] = [
  ...[
    'argocd/argocd-application-controller',
    'argocd/argocd-redis-secret-init',
    'cert-manager/cert-manager',
    'cert-manager/cert-manager-cainjector',
    'cert-manager/cert-manager-webhook',
    'external-secrets/external-secrets',
    'external-secrets/external-secrets-cert-controller',
    'external-secrets/external-secrets-webhook',
  ].map((where) => ({ where, ...chart })),
  // The chart cannot leave these two out; they run no pod.
  ...['argocd/argocd-applicationset-controller', 'argocd/argocd-server'].map((where) => ({
    where,
    allows,
    why: 'The chart always makes its account and its Deployment, which is told to run no pod.',
    instead: 'No replica, and an account without rights that are used.',
  })),
  {
    where: 'cert-manager/spiffe-approver',
    allows,
    why: 'It approves certificate requests, which are objects of the API server.',
    instead: 'It may read requests and approve those of one issuer, nothing else.',
  },
  {
    where: 'node-agents/log-agent',
    allows,
    why: 'It asks which pod a log file belongs to.',
    instead: 'It may list pods and nodes, nothing else.',
  },
  {
    where: 'node-agents/spiffe-csi-driver',
    allows,
    why: 'It waits for certificate requests to be signed.',
    instead:
      'It may read and delete requests; it creates them only with the token of the pod that they are for.',
  },
  {
    where: 'node-agents/system-upgrade',
    allows,
    why: 'An upgrade job drains its node; the controller that makes it sets nothing on the pod, so the account does.',
    instead: 'It may evict pods and mark nodes, and runs only while a reviewed Plan changes the version.',
  },
  {
    where: 'node-agents/system-upgrade-controller',
    allows,
    why: 'It watches Plans and nodes, and makes jobs.',
    instead: 'It makes jobs in its own namespace alone.',
  },
  {
    where: 'observability/kube-state-metrics',
    allows,
    why: 'It counts the objects of the API server.',
    instead: 'It may list the kinds that it counts, secrets and ConfigMaps not among them.',
  },
  {
    where: 'observability/prometheus',
    allows,
    why: 'It asks which pods there are to scrape.',
    instead: 'It may list pods, nothing else.',
  },
]
