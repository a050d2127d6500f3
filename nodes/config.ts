import type { NodeKind } from './node.ts'

const etc = '/etc/rancher/k3s'

/**
 * K3s's `config.yaml`, after the CIS K3s benchmark (https://docs.k3s.io/security/hardening-guide); the numbers are
 * the CIS Kubernetes benchmark's. What is one node's (its name, addresses, how it joins) lies in `config.yaml.d/`.
 *
 * Not taken from the benchmark: AlwaysPullImages (1.2.11). A site must restart its pods while its link is cut, and
 * only the platform's own images, pinned by digest, run here.
 */
export function k3sConfig(node: NodeKind): Readonly<Record<string, unknown>> {
  const everyNode = {
    // 4.2.6: the kubelet refuses to start where sysctl.conf was not applied.
    'protect-kernel-defaults': true,
    // Images come from our registry or the node image, never from a public one; see registries.yaml.
    'disable-default-registry-endpoint': true,
    'image-credential-provider-config': `${etc}/credential-provider.yaml`,
    'image-credential-provider-bin-dir': '/usr/local/lib/meridian/credential-providers',
    // sysctl.conf says how many connections a node tracks; kube-proxy leaves it at that.
    'kube-proxy-arg': ['conntrack-max-per-core=0'],
    'node-label': [
      `meridian/role=${node.role}`,
      // The label that NVIDIA's own feature discovery sets. No taint: at a site of GPU nodes only, nothing else
      // would have a place to run.
      ...(node.gpu ? ['nvidia.com/gpu.present=true'] : []),
    ],
  }
  return node.role === 'agent' ? everyNode : { ...everyNode, ...serverConfig(node) }
}

function serverConfig({ highlyAvailable }: NodeKind): Readonly<Record<string, unknown>> {
  return {
    'write-kubeconfig-mode': '0600',
    // Our own gateway is the entrance. ServiceLB (its LoadBalancer Service), local storage (the `encrypted` class)
    // and metrics-server (autoscalers) are used; the helm controller installs Argo CD once. The RuntimeClasses are
    // apps/gpu's.
    disable: ['traefik', 'runtimes'],
    // The API server reaches webhooks on other nodes through their tunnel, so that policies know it by its address.
    'egress-selector-mode': 'pod',
    // 1.2.27, 1.2.28: Secrets are encrypted in the datastore, by XSalsa20-Poly1305 (authenticated, unlike AES-CBC).
    'secrets-encryption': true,
    'secrets-encryption-provider': 'secretbox',
    // Pod traffic between nodes is encrypted also where it is not TLS (DNS, probes, metrics).
    'flannel-backend': 'wireguard-native',
    // Local volumes lie on the encrypted disk.
    'default-local-storage-path': '/var/lib/rancher/k3s/storage',
    // What one node pulled its neighbours need not pull over the site's link.
    'embedded-registry': highlyAvailable,
    'kube-apiserver-arg': [
      'anonymous-auth=false', // 1.2.1
      'profiling=false', // 1.2.15
      'service-account-lookup=true', // 1.2.21
      'service-account-extend-token-expiration=false', // 1.2.30
      'request-timeout=60s', // 1.2.20
      'enable-admission-plugins=NodeRestriction,EventRateLimit', // 1.2.9, 1.2.14
      `admission-control-config-file=${etc}/admission.yaml`,
      `audit-policy-file=${etc}/audit.yaml`, // 3.2.1
      'audit-log-path=/var/log/kubernetes/audit/audit.log', // 1.2.16; the log agent ships it
      'audit-log-maxage=30', // 1.2.17
      'audit-log-maxbackup=10', // 1.2.18
      'audit-log-maxsize=100', // 1.2.19, MiB
      'audit-log-compress=true',
      // 1.2.29: every client of these servers is Go or OpenSSL 3; K3s serves its supervisor with the same floor.
      'tls-min-version=VersionTLS13',
    ],
    'kube-controller-manager-arg': [
      'terminated-pod-gc-threshold=100', // 1.3.1
      'profiling=false', // 1.3.2
      'use-service-account-credentials=true', // 1.3.3
      // A site has a handful of autoscalers, and a wave of users is there in seconds: 15 s would be the default.
      'horizontal-pod-autoscaler-sync-period=5s',
      'tls-min-version=VersionTLS13',
    ],
    'kube-scheduler-arg': ['profiling=false', 'tls-min-version=VersionTLS13'], // 1.4.1
    ...(highlyAvailable ? etcd : {}),
  }
}

const etcd = {
  'etcd-arg': ['tls-min-version=TLS1.3'],
  // Git holds what the cluster should be; a snapshot keeps what it was, on the encrypted disk. Cron, in UTC.
  'etcd-snapshot-schedule-cron': '17 */6 * * *',
  'etcd-snapshot-retention': 8,
  'etcd-snapshot-compress': true,
}
