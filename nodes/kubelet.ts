/** A drop-in of the kubelet's own configuration (kubelet.config.k8s.io/v1beta1), over K3s's defaults. */
export const kubelet = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  // CIS 4.2.1 to 4.2.3: nobody without a certificate or a token, and the API server decides what they may do.
  authentication: { anonymous: { enabled: false } },
  authorization: { mode: 'Webhook' },
  readOnlyPort: 0, // CIS 4.2.4
  streamingConnectionIdleTimeout: '5m', // CIS 4.2.5
  makeIPTablesUtilChains: true, // CIS 4.2.7
  eventRecordQPS: 5, // CIS 4.2.9
  tlsMinVersion: 'VersionTLS13', // CIS 4.2.12
  podPidsLimit: 4096, // CIS 4.2.13
  seccompDefault: true, // CIS 4.2.14
  enableDebuggingHandlers: true,
  containerLogMaxSize: '20Mi',
  containerLogMaxFiles: 5,
  imageGCHighThresholdPercent: 75,
  imageGCLowThresholdPercent: 65,
  // K3s, containerd and the system itself; the rest is for pods.
  systemReserved: { cpu: '500m', memory: '1536Mi', 'ephemeral-storage': '10Gi' },
  evictionHard: { 'memory.available': '256Mi', 'nodefs.available': '8%', 'imagefs.available': '8%' },
  // Requests in flight end before the node does: 40 s for workloads, then 20 s for critical pods.
  shutdownGracePeriod: '60s',
  shutdownGracePeriodCriticalPods: '20s',
}
