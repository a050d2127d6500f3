/**
 * The API server's AdmissionConfiguration: Pod Security for every namespace that has no level of its own, and a
 * bound on events. `baseline` labels our namespaces; this is what a forgotten one gets.
 */
export const admission = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AdmissionConfiguration',
  plugins: [
    {
      name: 'PodSecurity',
      configuration: {
        apiVersion: 'pod-security.admission.config.k8s.io/v1',
        kind: 'PodSecurityConfiguration',
        defaults: {
          enforce: 'restricted',
          'enforce-version': 'latest',
          audit: 'restricted',
          'audit-version': 'latest',
          warn: 'restricted',
          'warn-version': 'latest',
        },
        // K3s's own: CoreDNS, ServiceLB, local storage, metrics-server.
        exemptions: { usernames: [], runtimeClasses: [], namespaces: ['kube-system'] },
      },
    },
    {
      name: 'EventRateLimit',
      configuration: {
        apiVersion: 'eventratelimit.admission.k8s.io/v1alpha1',
        kind: 'Configuration',
        limits: [
          { type: 'Server', qps: 500, burst: 1000 },
          { type: 'Namespace', qps: 50, burst: 200, cacheSize: 100 },
        ],
      },
    },
  ],
}
