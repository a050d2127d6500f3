import type { k8s } from 'cdk8s-plus-28'
import type { NamespaceName } from './namespaces.ts'
import type { NetworkProps } from './network.ts'

/** A port that a workload listens on. */
export interface WorkloadPort {
  readonly name: string
  readonly port: number
  /** The port that callers see on the Service. @default port */
  readonly servicePort?: number
  /** The port of every machine that leads there, for a load balancer that registers machines. @default none */
  readonly nodePort?: number
  /** @default TCP */
  readonly protocol?: 'TCP' | 'UDP'
  /**
   * How TLS is spoken there; such a port is on the Service. `https`: HTTP over TLS; `meridian/mtls`: any other
   * protocol over mutual TLS. Without it the port stays inside the pod's network policy (probes, metrics).
   */
  readonly tls?: 'https' | 'meridian/mtls'
}

export interface Amounts {
  /** Kubernetes quantities: `250m`, `512Mi`. */
  readonly cpu: string
  readonly memory: string
  /** Whole GPUs; only in limits. */
  readonly gpu?: number
}

/** A directory that can be written. */
export interface Scratch {
  readonly mountPath: string
  /** The most that it may hold, such as `64Mi`. */
  readonly size: string
  /** Kept when the pod is replaced, on an encrypted volume: only for a StatefulSet. @default false */
  readonly persistent?: boolean
}

/** A Secret (made by External Secrets, never from git) as files. */
export interface SecretFiles {
  readonly secret: string
  readonly mountPath: string
}

export interface WorkloadProps {
  readonly namespace: NamespaceName
  /** @default Deployment */
  readonly kind?: 'Deployment' | 'StatefulSet'
  /** By digest; see `AppRelease.image`. */
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  /** Values, or where they come from: `{ fieldRef: { fieldPath: 'status.podIP' } }`. */
  readonly env?: Readonly<Record<string, string | k8s.EnvVarSource>>
  readonly ports: readonly WorkloadPort[]
  readonly requests: Amounts
  readonly limits: Amounts
  /** How many replicas; an autoscaler moves between the two by CPU and memory. Equal: a fixed number. */
  readonly replicas: { readonly min: number; readonly max: number }
  /** Files, by their path below `/etc/<name>`, mounted read-only; pods are replaced when one changes. */
  readonly config?: Readonly<Record<string, string>>
  readonly secrets?: readonly SecretFiles[]
  readonly scratch?: Readonly<Record<string, Scratch>>
  /** A certificate with its SPIFFE id, and the site's identity file. @default true */
  readonly identity?: boolean
  /** A second place for the certificate, for a program that reads only its own folder. */
  readonly certificateAt?: string
  /** Replicas stand in different zones of the region, so that one may fail: only where there are zones. @default false */
  readonly overZones?: boolean
  /** Peers beside DNS, the metrics agent and (with a token) the API server. */
  readonly network?: Omit<NetworkProps, 'namespace' | 'app'>
  /** The workload talks to the API server: its pods get a token. @default false */
  readonly token?: boolean
  /** The ARN of an IAM role that its pods take on: EKS alone. */
  readonly awsRole?: string
  /** Where liveness and readiness answer, in plain HTTP on a port that no Service exposes. */
  readonly probes?: { readonly port: number; readonly live: string; readonly ready: string }
  /** Where Prometheus metrics are, in plain HTTP; `null`: nowhere. @default /metrics */
  readonly metricsPath?: string | null
  /** @default the probes' port */
  readonly metricsPort?: number
  /** Probes that are commands instead, for programs that speak no HTTP. */
  readonly probeCommand?: { readonly live: readonly string[]; readonly ready: readonly string[] }
  /** @default meridian-workload */
  readonly priorityClass?: 'meridian-critical' | 'meridian-workload' | 'meridian-batch'
  /** The time that a pod gets to finish its requests, in seconds. @default 45 */
  readonly terminationGraceSeconds?: number
  readonly runtimeClass?: string
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly tolerations?: readonly k8s.Toleration[]
  /** @default ClusterIP */
  readonly serviceType?: 'ClusterIP' | 'LoadBalancer'
  /** Addresses of single pods beside the one of all, for programs that find each other (StatefulSet). */
  readonly headless?: boolean
  /** Containers that stand beside the program. They are hardened like it. */
  readonly sidecars?: readonly Sidecar[]
}

export interface Sidecar {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string | k8s.EnvVarSource>>
  /** Secrets that it reads. It also sees the program's `config`. @default the program's */
  readonly secrets?: readonly SecretFiles[]
  readonly requests: Amounts
  readonly limits: Amounts
  /** Metrics in plain HTTP, scraped instead of the program's own. */
  readonly metrics?: { readonly port: number; readonly path: string }
}
