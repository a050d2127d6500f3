export interface Caller {
  /** The path of its SPIFFE id, in any trust domain of the platform: `/ns/dashboards/sa/dashboards`. */
  readonly spiffePath: string
  /** What it may ask for: paths that begin so. @default everything */
  readonly paths?: readonly string[]
}

export interface Route {
  /** Requests whose path begins so. */
  readonly prefix: string
  /** What stands there instead when it goes on. @default the prefix itself */
  readonly rewrite?: string
  /** The program behind: a port of the pod's loopback, or one of `outbound` by name. */
  readonly to: number | string
}

export interface Outbound {
  readonly name: string
  /** The port of the pod's loopback at which the program finds it; none: only routes lead there. */
  readonly listen?: number
  readonly host: string
  readonly port: number
  /** Whom to expect there. */
  readonly spiffePath: string
}

export interface ProxyProps {
  /** What other workloads may call here over mutual TLS. */
  readonly inbound?: {
    readonly callers: readonly Caller[]
    readonly routes: readonly Route[]
    /**
     * A certificate for a name in DNS, for callers that compare names: the folder with tls.crt and tls.key.
     * @default the pod's own SPIFFE certificate
     */
    readonly certificate?: string
    /** A header that tells the programs behind who called: their SPIFFE id. @default none */
    readonly senderHeader?: string
  }
  readonly outbound?: readonly Outbound[]
  /** Plain paths for the kubelet and Prometheus: where the program answers each on the pod's loopback. */
  readonly admin?: readonly Route[]
}
