import type { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-28'
import { identityValue } from '../_lib/identity.ts'
import { workload } from '../_lib/workload.ts'
import { issuer } from './certificate-authority.ts'
import { driverName, issuanceArguments } from './issuance.ts'

const name = 'spiffe-approver'
const namespace = 'cert-manager'

/** Approves a request only where its SPIFFE id is the requesting service account's own, its length and usages ours. */
export function approver(chart: Chart, { image, replicas }: { image: string; replicas: number }): void {
  workload(chart, name, {
    namespace,
    image,
    args: [
      '--log-level=1',
      ...issuanceArguments,
      `--leader-election-namespace=${namespace}`,
      '--metrics-bind-address=:9402',
      '--readiness-probe-bind-address=:6060',
    ],
    env: { TRUST_DOMAIN: identityValue('TRUST_DOMAIN') },
    // It cannot wait for a certificate that it has to approve.
    identity: false,
    token: true,
    ports: [],
    // One works, elected by a lease; the other stands by. There is nothing to scale.
    replicas: { min: replicas, max: replicas },
    requests: { cpu: '10m', memory: '48Mi' },
    limits: { cpu: '200m', memory: '128Mi' },
    probes: { port: 6060, live: '/readyz', ready: '/readyz' },
    metricsPort: 9402,
    priorityClass: 'meridian-critical',
  })
  rights(chart)
}

function rights(chart: Chart): void {
  const subjects = [{ kind: 'ServiceAccount', name, namespace }]
  new k8s.KubeClusterRole(chart, `${name}-role`, {
    metadata: { name },
    rules: [
      { apiGroups: ['cert-manager.io'], resources: ['certificaterequests'], verbs: ['list', 'watch'] },
      { apiGroups: ['cert-manager.io'], resources: ['certificaterequests/status'], verbs: ['update'] },
      {
        apiGroups: ['cert-manager.io'],
        resources: ['signers'],
        verbs: ['approve'],
        resourceNames: [`clusterissuers.cert-manager.io/${issuer.name}`],
      },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    ],
  })
  new k8s.KubeClusterRoleBinding(chart, `${name}-binding`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects,
  })
  new k8s.KubeRole(chart, `${name}-leases`, {
    metadata: { name, namespace },
    rules: [
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        // The approver names its lease after the driver.
        resourceNames: [driverName],
        verbs: ['get', 'update'],
      },
    ],
  })
  new k8s.KubeRoleBinding(chart, `${name}-leases-binding`, {
    metadata: { name, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects,
  })
}
