import type { Chart } from 'cdk8s'
import { k8s } from 'cdk8s-plus-28'
import { containerSecurityContext, podSecurityContext } from '../_lib/hardened.ts'
import { networkPolicy, podLabels } from '../_lib/network.ts'

const name = 'system-upgrade-controller'
const namespace = 'node-agents'

export interface ControllerImages {
  readonly controller: string
  /** What the jobs drain a node with. */
  readonly kubectl: string
}

/**
 * Rancher's system-upgrade-controller: it turns a Plan into a job on each node. It runs restricted and may only make
 * jobs here; the jobs have an account of their own, see upgrade-jobs.ts.
 */
export function controller(chart: Chart, images: ControllerImages): void {
  const metadata = { name, namespace, labels: podLabels(name) }
  new k8s.KubeServiceAccount(chart, 'account', { metadata, automountServiceAccountToken: false })
  networkPolicy(chart, { namespace, app: name })
  new k8s.KubeDeployment(chart, 'deployment', {
    metadata,
    spec: {
      replicas: 1,
      // Two would fight over one lease for the time of a roll-out.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: podLabels(name) },
      template: {
        // The controller's own drain leaves out what carries this label.
        metadata: { labels: { ...podLabels(name), 'upgrade.cattle.io/controller': name } },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: true,
          enableServiceLinks: false,
          priorityClassName: 'meridian-workload',
          securityContext: podSecurityContext,
          containers: [container(images)],
          volumes: [{ name: 'tmp', emptyDir: { sizeLimit: k8s.Quantity.fromString('16Mi') } }],
        },
      },
    },
  })
  rights(chart)
}

function container(images: ControllerImages): k8s.Container {
  const quantity = k8s.Quantity.fromString
  return {
    name: 'controller',
    image: images.controller,
    env: [
      { name: 'SYSTEM_UPGRADE_CONTROLLER_NAME', value: name },
      { name: 'SYSTEM_UPGRADE_CONTROLLER_NAMESPACE', value: namespace },
      {
        name: 'SYSTEM_UPGRADE_CONTROLLER_NODE_NAME',
        valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } },
      },
      { name: 'SYSTEM_UPGRADE_CONTROLLER_LEADER_ELECT', value: 'true' },
      // A node that could not be upgraded in 30 minutes needs a person, not another try without end.
      { name: 'SYSTEM_UPGRADE_JOB_ACTIVE_DEADLINE_SECONDS', value: '1800' },
      { name: 'SYSTEM_UPGRADE_JOB_BACKOFF_LIMIT', value: '3' },
      { name: 'SYSTEM_UPGRADE_JOB_IMAGE_PULL_POLICY', value: 'IfNotPresent' },
      { name: 'SYSTEM_UPGRADE_JOB_KUBECTL_IMAGE', value: images.kubectl },
      { name: 'SYSTEM_UPGRADE_JOB_TTL_SECONDS_AFTER_FINISH', value: '900' },
      { name: 'SYSTEM_UPGRADE_PLAN_POLLING_INTERVAL', value: '15m' },
    ],
    securityContext: containerSecurityContext,
    resources: {
      requests: { cpu: quantity('10m'), memory: quantity('64Mi'), 'ephemeral-storage': quantity('16Mi') },
      limits: { cpu: quantity('200m'), memory: quantity('128Mi'), 'ephemeral-storage': quantity('64Mi') },
    },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  }
}

function rights(chart: Chart): void {
  const subjects = [{ kind: 'ServiceAccount', name, namespace }]
  const plansDefinition = 'plans.upgrade.cattle.io'
  const read = ['get', 'list', 'watch']
  new k8s.KubeClusterRole(chart, 'cluster-role', {
    metadata: { name },
    rules: [
      // It brings its own definition; it can touch no other.
      {
        apiGroups: ['apiextensions.k8s.io'],
        resources: ['customresourcedefinitions'],
        verbs: ['create', 'list', 'watch'],
      },
      {
        apiGroups: ['apiextensions.k8s.io'],
        resources: ['customresourcedefinitions'],
        resourceNames: [plansDefinition],
        verbs: ['get', 'patch', 'update'],
      },
      { apiGroups: [''], resources: ['namespaces'], verbs: read },
      // A finished upgrade is written down as a label of its node.
      { apiGroups: [''], resources: ['nodes'], verbs: [...read, 'update'] },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: read },
      { apiGroups: ['upgrade.cattle.io'], resources: ['plans'], verbs: [...read, 'update', 'patch'] },
      { apiGroups: ['upgrade.cattle.io'], resources: ['plans/status'], verbs: ['get', 'update', 'patch'] },
    ],
  })
  new k8s.KubeClusterRoleBinding(chart, 'cluster-role-binding', {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects,
  })
  new k8s.KubeRole(chart, 'role', {
    metadata: { name, namespace },
    rules: [
      {
        apiGroups: ['batch'],
        resources: ['jobs'],
        verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
      },
      { apiGroups: [''], resources: ['events'], verbs: ['get', 'create', 'patch', 'update'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: [name],
        verbs: ['get', 'update'],
      },
      // It watches the Secrets that a Plan names; this namespace holds the public trust bundle alone.
      { apiGroups: [''], resources: ['secrets'], verbs: read },
    ],
  })
  new k8s.KubeRoleBinding(chart, 'role-binding', {
    metadata: { name, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects,
  })
}
