import { podLabels } from '../_lib/network.ts'
import { imageParts } from '../_lib/official-chart.ts'

/** The part of the chart's values (v1.21) that is set here; the chart's own schema is stricter still. */
export interface CertManagerValues extends Component {
  readonly global: {
    readonly priorityClassName: string
    readonly leaderElection: { readonly namespace: string }
  }
  readonly crds: { readonly enabled: boolean; readonly keep: boolean }
  readonly disableAutoApproval: boolean
  readonly prometheus: { readonly enabled: boolean }
  readonly webhook: Component & { readonly timeoutSeconds: number }
  readonly cainjector: Component
  readonly acmesolver: Pick<Component, 'image'>
  readonly startupapicheck: { readonly enabled: boolean }
}

interface Component {
  readonly replicaCount: number
  readonly podDisruptionBudget: { readonly enabled: boolean; readonly minAvailable?: number }
  readonly image: { readonly repository: string; readonly tag: string; readonly digest: string }
  readonly resources: { readonly requests: Amounts; readonly limits: Amounts }
  readonly podAnnotations: Readonly<Record<string, string>>
  readonly topologySpreadConstraints: readonly Readonly<Record<string, unknown>>[]
}

interface Amounts {
  readonly cpu: string
  readonly memory: string
}

export interface CertManagerSetup {
  readonly highlyAvailable: boolean
  /** By digest. */
  readonly images: Readonly<Record<'controller' | 'webhook' | 'cainjector' | 'acmesolver', string>>
}

/** Values of the official chart, whose own defaults are already the restricted Pod Security level. */
export function chartValues({ highlyAvailable, images }: CertManagerSetup): CertManagerValues {
  const component = (name: string, image: string, memory: string): Component => ({
    replicaCount: highlyAvailable ? 2 : 1,
    podDisruptionBudget: highlyAvailable ? { enabled: true, minAvailable: 1 } : { enabled: false },
    image: imageParts(image),
    resources: { requests: { cpu: '20m', memory }, limits: { cpu: '500m', memory: '256Mi' } },
    podAnnotations: { 'prometheus.io/port': '9402', 'prometheus.io/path': '/metrics' },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: podLabels(name) },
      },
    ],
  })
  return {
    ...component('cert-manager', images.controller, '96Mi'),
    global: {
      priorityClassName: 'meridian-critical',
      // Its leases stay in its own namespace: no role in kube-system.
      leaderElection: { namespace: 'cert-manager' },
    },
    // Kept on removal: with the definitions every certificate and issuer would go.
    crds: { enabled: true, keep: true },
    // csi-driver-spiffe's approver is the only one: it signs nothing but a pod's own SPIFFE id.
    disableAutoApproval: true,
    // Metrics are scraped from the pods; on a Service they would be a port without TLS.
    prometheus: { enabled: false },
    webhook: { ...component('webhook', images.webhook, '48Mi'), timeoutSeconds: 10 },
    cainjector: component('cainjector', images.cainjector, '96Mi'),
    acmesolver: { image: imageParts(images.acmesolver) },
    // A Helm hook; Argo CD's own health checks say the same.
    startupapicheck: { enabled: false },
  }
}
