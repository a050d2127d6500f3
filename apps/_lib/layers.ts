/**
 * The order in which a cluster comes up, and the only place where it is written. Argo CD starts a layer when
 * every Application of the layers before it is healthy.
 */
export const layers = [
  /** Namespaces, quotas, default-deny networks, priority and storage classes. */
  'baseline',
  /** Admission, before anything that it judges. */
  'policies',
  /** Official charts that bring CRDs: cert-manager, External Secrets; Argo CD itself. */
  'controllers',
  /** What is this cluster's alone: identity, addresses, its secret store. */
  'site',
  /** Certificates for every service: issuers, the SPIFFE CSI driver, the trust bundle. */
  'identity',
  /** What serves the other workloads on every node: GPU device plugin, telemetry agents, upgrades. */
  'agents',
  /** What users reach. Namespaced kinds only: its AppProject allows no others. */
  'workloads',
] as const

export type Layer = (typeof layers)[number]

/** The layer's Argo CD sync wave: ten apart, so that one can be put between two without renumbering. */
export function syncWave(layer: Layer): number {
  return layers.indexOf(layer) * 10
}
