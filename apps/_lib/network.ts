import { k8s } from 'cdk8s-plus-28'
import type { Construct } from 'constructs'
import type { Endpoint, KubernetesObject } from './app.ts'
import type { NamespaceName } from './namespaces.ts'

/** A workload in this cluster that another one talks to or is called by. */
export interface Peer {
  readonly namespace: NamespaceName
  /** Its name: the value of its pods' `app.kubernetes.io/name` label. */
  readonly app: string
  readonly ports: readonly Port[]
}

/** Addresses outside the cluster that are the same for the whole fleet. */
export interface Outside {
  readonly cidrs: readonly string[]
  readonly port: number
}

export interface Port {
  readonly port: number
  /** @default TCP */
  readonly protocol?: 'TCP' | 'UDP'
}

export interface NetworkProps {
  readonly namespace: NamespaceName
  readonly app: string
  /** Who may call it, on which of its ports. */
  readonly from?: readonly Peer[]
  /** Whom it may call. */
  readonly to?: readonly Peer[]
  readonly toOutside?: readonly Outside[]
  /**
   * Who outside the pods' network may call it, such as API servers that call a webhook. A K3s server reaches a pod of
   * another node from such an address only through the node's tunnel: `egress-selector-mode: pod`.
   */
  readonly fromOutside?: readonly Outside[]
  /** Ports that anybody outside the cluster may call: a public entrance. */
  readonly fromAnywhere?: readonly Port[]
}

/** The pods of a workload. */
export function podLabels(app: string): Record<string, string> {
  return { 'app.kubernetes.io/name': app }
}

/**
 * One NetworkPolicy that names every peer of a workload. DNS is always allowed; everything else is refused by the
 * namespace's default-deny policy.
 */
export function networkPolicy(chart: Construct, props: NetworkProps): void {
  const egress = [dns, ...(props.to ?? []).map(toPeer), ...(props.toOutside ?? []).map(toOutside)]
  const ingress = [
    ...(props.from ?? []).map((peer) => ({ from: [selector(peer)], ports: peer.ports.map(port) })),
    ...(props.fromOutside ?? []).map(toOutside).map(({ to, ports }) => ({ from: to, ports })),
    ...(props.fromAnywhere ?? []).map((open) => ({ ports: [port(open)] })),
  ]
  new k8s.KubeNetworkPolicy(chart, `network-${props.app}`, {
    metadata: { name: props.app, namespace: props.namespace, labels: podLabels(props.app) },
    spec: {
      podSelector: { matchLabels: podLabels(props.app) },
      policyTypes: ['Ingress', 'Egress'],
      ingress,
      egress,
    },
  })
}

/**
 * The policy that lets a workload reach addresses that only this cluster has, for an app's `site`.
 *
 * @param purpose what is there, such as `upstreams`; it ends the policy's name
 */
export function siteEgress(
  namespace: NamespaceName,
  app: string,
  purpose: string,
  endpoints: readonly Pick<Endpoint, 'cidrs' | 'port'>[],
): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `${app}-to-${purpose}`, namespace, labels: podLabels(app) },
    spec: {
      podSelector: { matchLabels: podLabels(app) },
      policyTypes: ['Egress'],
      egress: endpoints.map(({ cidrs, port }) => ({
        to: cidrs.map((cidr) => ({ ipBlock: { cidr } })),
        ports: [{ protocol: 'TCP', port }],
      })),
    },
  }
}

function toPeer(peer: Peer): k8s.NetworkPolicyEgressRule {
  return { to: [selector(peer)], ports: peer.ports.map(port) }
}

function toOutside({ cidrs, port }: Outside): k8s.NetworkPolicyEgressRule {
  return {
    to: cidrs.map((cidr) => ({ ipBlock: { cidr } })),
    ports: [{ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) }],
  }
}

function selector(peer: Peer): k8s.NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': peer.namespace } },
    podSelector: { matchLabels: podLabels(peer.app) },
  }
}

function port({ port, protocol = 'TCP' }: Port): k8s.NetworkPolicyPort {
  return { protocol, port: k8s.IntOrString.fromNumber(port) }
}

const dns: k8s.NetworkPolicyEgressRule = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [port({ port: 53, protocol: 'UDP' }), port({ port: 53 })],
}
