import { containerSecurityContext, nonRootId } from '../_lib/hardened.ts'
import { imageParts } from '../_lib/official-chart.ts'
import { type Container, credentialHelper, siteRootVolume, type Volume } from './site-credential.ts'

/** The part of the chart's values (1.3) that is set here. */
export interface ExternalSecretsValues extends Component {
  readonly global: { readonly topologySpreadConstraints: readonly Spread[] }
  readonly crds: Readonly<Record<string, boolean>>
  readonly leaderElect: boolean
  readonly processClusterExternalSecret: boolean
  readonly processClusterPushSecret: boolean
  readonly processClusterGenerator: boolean
  readonly processPushSecret: boolean
  readonly openshiftFinalizers: boolean
  readonly rbac: Readonly<Record<string, unknown>>
  readonly livenessProbe: { readonly enabled: boolean }
  readonly extraEnv: readonly { readonly name: string; readonly value: string }[]
  readonly extraContainers: readonly Container[]
  readonly extraVolumes: readonly Volume[]
  readonly webhook: Component
  readonly certController: Component
}

interface Component {
  readonly replicaCount: number
  readonly image: { readonly repository: string; readonly tag: string }
  readonly priorityClassName: string
  readonly podDisruptionBudget: { readonly enabled: boolean; readonly minAvailable?: number }
  readonly podAnnotations: Readonly<Record<string, string>>
  readonly podSecurityContext: Readonly<Record<string, unknown>>
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly resources: { readonly requests: Amounts; readonly limits: Amounts }
}

/** The chart adds the pods' labels itself. */
interface Spread {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly whenUnsatisfiable: string
}

interface Amounts {
  readonly cpu: string
  readonly memory: string
}

export interface ExternalSecretsSetup {
  readonly distribution: 'k3s' | 'eks'
  readonly highlyAvailable: boolean
  /** AWS region of the secret manager. */
  readonly region: string
  /** By digest. */
  readonly image: string
  readonly credentialHelper: string
}

/** Values of the official chart: only what this platform uses of it is switched on. */
export function chartValues(setup: ExternalSecretsSetup): ExternalSecretsValues {
  const { distribution, highlyAvailable, region, image } = setup
  const { repository, tag, digest } = imageParts(image)
  const component = (memory: string): Component => ({
    replicaCount: highlyAvailable ? 2 : 1,
    // The chart knows no digest; a tag may carry one.
    image: { repository, tag: `${tag}@${digest}` },
    priorityClassName: 'meridian-critical',
    podDisruptionBudget: highlyAvailable ? { enabled: true, minAvailable: 1 } : { enabled: false },
    podAnnotations: { 'prometheus.io/port': '8080', 'prometheus.io/path': '/metrics' },
    podSecurityContext: { enabled: true, fsGroup: nonRootId },
    securityContext: {
      enabled: true,
      ...containerSecurityContext,
      runAsUser: nonRootId,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    resources: { requests: { cpu: '20m', memory }, limits: { cpu: '500m', memory: '256Mi' } },
  })
  const anywhere = distribution === 'k3s'
  return {
    ...component('96Mi'),
    global: {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
      ],
    },
    crds: {
      createClusterExternalSecret: false,
      createClusterPushSecret: false,
      createPushSecret: false,
      createClusterGenerator: false,
    },
    leaderElect: true,
    processClusterExternalSecret: false,
    processClusterPushSecret: false,
    processClusterGenerator: false,
    processPushSecret: false,
    openshiftFinalizers: false,
    rbac: {
      create: true,
      servicebindings: { create: false },
      aggregateToView: false,
      aggregateToEdit: false,
    },
    livenessProbe: { enabled: true },
    // On EKS the pod has its role by EKS Pod Identity, which the AWS SDK finds by itself.
    extraEnv: anywhere
      ? [{ name: 'AWS_EC2_METADATA_SERVICE_ENDPOINT', value: 'http://127.0.0.1:9911/' }]
      : [],
    extraContainers: anywhere ? [credentialHelper(setup.credentialHelper, region)] : [],
    extraVolumes: anywhere ? [siteRootVolume] : [],
    webhook: component('48Mi'),
    certController: component('64Mi'),
  }
}
