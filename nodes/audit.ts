/**
 * What the API server writes into its audit log (audit.k8s.io/v1). The first rule that matches decides. Evidence
 * for PCI DSS 10.2.1 and SOC 2 CC7.2: who did what, when, to which object; bodies never where secrets are.
 */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  // The arrival of a request says nothing that its completion does not.
  omitStages: ['RequestReceived'],
  rules: [
    // Chatter of the control plane: much of the volume and none of the evidence.
    { level: 'None', nonResourceURLs: ['/healthz*', '/livez*', '/readyz*', '/version', '/openapi*'] },
    { level: 'None', resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }] },
    {
      level: 'None',
      userGroups: ['system:nodes'],
      verbs: ['get', 'list', 'watch'],
      resources: [{ group: '' }, { group: 'node.k8s.io' }, { group: 'storage.k8s.io' }],
    },
    { level: 'None', resources: [{ group: '', resources: ['events'] }, { group: 'events.k8s.io' }] },
    // Secrets, tokens and configuration: that they were touched, never what they hold.
    {
      level: 'Metadata',
      resources: [
        { group: '', resources: ['secrets', 'configmaps', 'serviceaccounts/token'] },
        { group: 'authentication.k8s.io', resources: ['tokenreviews'] },
        { group: 'cert-manager.io', resources: ['certificaterequests'] },
      ],
    },
    // A person or a program inside a running container.
    {
      level: 'Request',
      resources: [
        {
          group: '',
          resources: ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/ephemeralcontainers'],
        },
        { group: '', resources: ['nodes/proxy', 'services/proxy', 'pods/proxy'] },
      ],
    },
    // Who may do what, and what admission refuses: the whole change.
    {
      level: 'RequestResponse',
      verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
      resources: [{ group: 'rbac.authorization.k8s.io' }, { group: 'admissionregistration.k8s.io' }],
    },
    { level: 'Metadata', verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] },
    // Programs in the cluster read all day; what a person reads is kept.
    {
      level: 'None',
      users: [
        'system:apiserver',
        'system:kube-controller-manager',
        'system:kube-scheduler',
        'system:k3s-controller',
        'system:k3s-supervisor',
        'k3s-cloud-controller-manager',
      ],
      verbs: ['get', 'list', 'watch'],
    },
    { level: 'None', userGroups: ['system:serviceaccounts'], verbs: ['get', 'list', 'watch'] },
    { level: 'Metadata' },
  ],
}
