/**
 * What fleet rules judge: plain documents that join rendered objects with each other and with the facts. They exist
 * only while `check` runs (synth/views.ts makes them); no cluster ever sees one. A fleet rule matches them as
 * `fleet.meridian/Workload` and so on, and reads what is below as `object.spec`.
 *
 * Objects and files that a view passes on keep the shape that they were rendered in.
 */
export const VIEWS = 'fleet.meridian/v1'

/** Parsed JSON or YAML whose shape somebody else defines: Kubernetes, K3s, or the program that reads it. */
export type Data = Readonly<Record<string, unknown>>

interface View<Kind extends string, Spec> {
  readonly apiVersion: typeof VIEWS
  readonly kind: Kind
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec: Spec
}

/** Which sort of cluster an object is seen in. One object is a view for each sort in which it differs. */
export interface ClusterSort {
  readonly distribution: 'k3s' | 'eks'
  /** 0 where the cloud runs them. */
  readonly nodes: number
  /** Three servers or more, or run by the cloud. */
  readonly highlyAvailable: boolean
}

/** A Deployment, StatefulSet or DaemonSet with all that concerns it; named as it is. */
export type WorkloadView = View<
  'Workload',
  {
    readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet'
    /** `router/small`. */
    readonly variant: string
    /** Left out where git has none. */
    readonly replicas?: number
    /** Pods at most: the autoscaler's `maxReplicas`, else `replicas`; a DaemonSet: 1, as each node has one. */
    readonly atMost: number
    /** Pods when nothing is asked of it: the autoscaler's `minReplicas`, else as above. */
    readonly atLeast: number
    /** The specs of the autoscalers that scale it. */
    readonly autoscalers: readonly Data[]
    /** The specs of the disruption budgets that select its pods. */
    readonly disruptionBudgets: readonly Data[]
    /** The NetworkPolicies that select its pods; `own`: by a label of theirs, not as everyone in the namespace. */
    readonly networkPolicies: readonly {
      readonly name: string
      readonly own: boolean
      readonly policyTypes: readonly string[]
    }[]
    /** The specs of the Services that select its pods. */
    readonly services: readonly Data[]
    /** Labels of its pods. */
    readonly labels: Readonly<Record<string, string>>
    /** Its pods' spec. */
    readonly pod: Data
    /** `--name=value` and `--name` (value '') in the containers' commands and arguments, without the hyphens. */
    readonly containers: readonly {
      readonly name: string
      readonly flags: Readonly<Record<string, string>>
    }[]
    /** The claims that it makes for each pod, with their class and where it is mounted. */
    readonly claims: readonly Claim[]
    /** The files of the ConfigMaps that it mounts, as far as they are configuration. */
    readonly configs: readonly ConfigFile[]
    /** Every address in those files: URLs, wherever they stand. */
    readonly upstreams: readonly Upstream[]
    /** Every object under `tls` or `tls_config` in those files. */
    readonly tls: readonly TlsSettings[]
    /** What it names and its cluster does not have: `ConfigMap router-config`. */
    readonly missing: readonly string[]
    readonly cluster: ClusterSort
  }
>

export interface Claim {
  readonly name: string
  readonly mountPaths: readonly string[]
  /** The StorageClass that it names, as rendered; left out where there is no such class. */
  readonly storageClass?: Data
}

/** A file of a ConfigMap. `directives`: lines of `name value`, as Redis has them; the last of a name counts. */
export interface ConfigFile {
  readonly configMap: string
  readonly file: string
  readonly format: 'json' | 'yaml' | 'directives'
  readonly content: Data
}

export interface Upstream {
  readonly file: string
  /** JSON pointer to the URL (RFC 6901). */
  readonly at: string
  readonly url: string
  /** `https`. */
  readonly scheme: string
  readonly host: string
  /** The host is a Service of the same cluster. */
  readonly inCluster: boolean
  /** The object in which the URL stands. */
  readonly beside: Data
}

export interface TlsSettings {
  readonly file: string
  /** JSON pointer to the object (RFC 6901). */
  readonly at: string
  readonly settings: Data
}

/** A namespace and what holds in it; named as it is. */
export type NamespaceView = View<
  'Namespace',
  {
    /** `baseline/k3s-edge`. */
    readonly variant: string
    readonly labels: Readonly<Record<string, string>>
    /** Specs of its NetworkPolicies, by name. Those of a single cluster have only podSelector and policyTypes. */
    readonly networkPolicies: Readonly<Record<string, Data>>
    /** Specs of its ResourceQuotas and LimitRanges. */
    readonly quotas: readonly Data[]
    readonly limitRanges: readonly Data[]
    /** `Deployment gateway`. */
    readonly workloads: readonly string[]
    readonly cluster: Pick<ClusterSort, 'distribution'>
  }
>

/** A kind of node: what its machine is born with. Named after its folder in rendered/nodes/. */
export type NodeView = View<
  'Node',
  {
    readonly server: boolean
    /** K3s's config.yaml. */
    readonly config: Data
    /** The `<component>-arg` lists of config.yaml as maps: `args['kube-apiserver']['profiling'] == 'false'`. */
    readonly args: Readonly<Record<string, Readonly<Record<string, string>>>>
    /** The kubelet's configuration, the audit policy, the API server's admission plugins. */
    readonly kubelet: Data
    readonly audit: Data
    readonly admission: Data
    /** sysctl.conf. */
    readonly sysctl: Readonly<Record<string, string>>
    /** The lines of every script and of every file that is no YAML, without comments and indentation, by path. */
    readonly scripts: Readonly<Record<string, readonly string[]>>
    /** Every file, by its path in the variant's folder. */
    readonly files: readonly string[]
  }
>

/** One cluster: its facts, and what its Argo CD is told. Named as it is. */
export type ClusterView = View<
  'Cluster',
  {
    readonly distribution: 'k3s' | 'eks'
    /** An edge site. */
    readonly edge: boolean
    readonly wave: string
    /** Which variant of each app it runs: the Applications whose path lies in rendered/apps/. */
    readonly runs: Readonly<Record<string, string>>
    /** Every revision of our repository that its Applications track. */
    readonly revisions: readonly string[]
    /** Apps whose Application is not in the project that their layer has: `router (platform)`. */
    readonly strayProjects: readonly string[]
    /** Applications without auto-sync, prune or self-heal. */
    readonly manual: readonly string[]
    /** Paths of our repository that are neither a variant nor this cluster's own folder. */
    readonly strayPaths: readonly string[]
    /** Variants that an Application reads and that are not rendered. */
    readonly unrendered: readonly string[]
    /** Its Application reads what is this cluster's alone. */
    readonly readsIdentity: boolean
    /** The root Application of each server, as its birth writes it. */
    readonly roots: readonly { readonly node: string; readonly revision: string; readonly path: string }[]
    readonly nodes: readonly ClusterNode[]
    /** Globs of the node's files that some DaemonSet reads as logs and sends on. */
    readonly shippedLogs: readonly string[]
  }
>

export interface ClusterNode {
  readonly name: string
  readonly server: boolean
  /** The node variant that its machine fetches. */
  readonly variant: string
  /** That variant is rendered. */
  readonly known: boolean
  /** Nobody signs in to it: no password over SSH, no root, every user locked. */
  readonly closed: boolean
  /** Where its API server writes the audit log; '' on an agent. */
  readonly auditLog: string
}

/** The nine lines. Named `platform`. */
export type BudgetView = View<
  'Budget',
  {
    readonly lines: readonly { readonly id: string; readonly allocationUsdPerMonth: number }[]
    /** Sum of the lines in USD a month. */
    readonly plannedUsdPerMonth: number
    /** Sum and buffer. */
    readonly budgetUsdPerMonth: number
    /** What SPEC.md allows, in USD a month: never read from the facts that it bounds. */
    readonly limitUsdPerMonth: number
  }
>

/** One of the routes that the platform answers. Named after its id. */
export type RouteView = View<
  'Route',
  {
    readonly host: string
    readonly path: string
    readonly public: boolean
    readonly upstream: string
    /** The programs that answer it: every configuration of a workload that has a route of this id. */
    readonly programs: readonly {
      /** `gateway/gateway`. */
      readonly workload: string
      /** `gateway/small`. */
      readonly variant: string
      /** A Service of type LoadBalancer leads to it: the public reaches it first. */
      readonly entrance: boolean
      /** The route there. */
      readonly route: Data
      /** Its configuration, without the routes. */
      readonly config: Data
    }[]
    /**
     * Variants that do not name this route and should: those of a public entrance, and those of a workload that names
     * it in another variant.
     */
    readonly silent: readonly { readonly variant: string; readonly entrance: boolean }[]
    /** The regions that answer for its upstream; empty for one that the site answers itself. */
    readonly entrances: readonly { readonly region: string; readonly host: string; readonly port: number }[]
  }
>

/** Facts that all clusters share. Named `platform`. */
export type PlatformView = View<
  'Platform',
  {
    /** How long the central store keeps logs, in days. */
    readonly logRetentionDays: number
  }
>

export type FleetView =
  | WorkloadView
  | NamespaceView
  | NodeView
  | ClusterView
  | BudgetView
  | RouteView
  | PlatformView

/**
 * What cloud rules judge: a resource as it is rendered in rendered/cloud/<stack>.yaml, its own apiVersion and kind
 * (`s3.aws/v1 Bucket`), with what belongs to it. A stack is one as well: `pulumi/v1 Stack`, its outputs in its spec.
 */
export interface CloudView {
  readonly apiVersion: string
  readonly kind: string
  /** Its namespace is its stack, so that findings name both: `Bucket aws-core/models`. */
  readonly metadata: { readonly name: string; readonly namespace: string }
  /** `parent`, `provider`, `protect`, `dependsOn`, as far as it has them. */
  readonly options: CloudOptions
  /** Its inputs. What only the cloud knows is a reference: `${models.arn}`, `${aws-core.outputs.dataKey}`. */
  readonly spec: Data
  readonly graph: {
    readonly stack: string
    /** Left out where it takes its package's default provider. Tags are those that come with the provider. */
    readonly provider?: { readonly name: string; readonly region?: string; readonly tags: Data }
    /** What its inputs refer to, and what refers to it: one step, also through outputs of other stacks. */
    readonly references: readonly RelatedResource[]
    readonly referrers: readonly RelatedResource[]
    /** The statements of every policy document among its inputs, whatever form they have there. */
    readonly statements: readonly PolicyStatement[]
    /** Every string among its inputs. */
    readonly texts: readonly {
      /** JSON pointer from `spec` (RFC 6901, unescaped). */ readonly at: string
      readonly text: string
    }[]
    /** Of a stack: what is in it. */
    readonly resources: readonly {
      readonly apiVersion: string
      readonly kind: string
      readonly name: string
      /** Of its provider. */
      readonly region?: string
    }[]
  }
}

export interface CloudOptions {
  readonly parent?: string
  readonly provider?: string
  readonly protect?: boolean
  readonly dependsOn?: readonly string[]
}

export interface RelatedResource {
  readonly stack: string
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly options: CloudOptions
  readonly spec: Data
  readonly statements: readonly PolicyStatement[]
}

/**
 * A statement of an IAM policy. Where the grammar takes one string or a list, this is a list.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface PolicyStatement {
  /** JSON pointer from `spec`. */
  readonly at: string
  readonly sid: string
  readonly allow: boolean
  readonly actions: readonly string[]
  readonly notActions: readonly string[]
  readonly resources: readonly string[]
  readonly notResources: readonly string[]
  /** `*`, `AWS:arn:…`, `Service:lambda.amazonaws.com`, `Federated:…`. */
  readonly principals: readonly string[]
  readonly notPrincipals: boolean
  readonly conditions: readonly {
    readonly operator: string
    readonly key: string
    readonly values: readonly string[]
  }[]
}
