import { workload } from '../pods.examples.ts'
import { ACCOUNT, granted, IDLE, POD_SPEC } from '../pods.ts'
import { defineRule, type Permission } from '../rule.ts'

const noLiveness = 'no liveness probe'
const noReadiness = 'no readiness probe'
const watches = 'It serves nobody: it watches the API server, and its metrics say whether it does.'

const permissions: Permission[] = [
  ...['node-agents/nvidia-device-plugin', 'node-agents/system-upgrade-controller'].map((where) => ({
    where,
    allows: [noLiveness, noReadiness],
    why: 'It opens no port and has no command to ask it by.',
    instead: 'It ends when it fails, the kubelet starts it again, and an alert counts the restarts.',
  })),
  ...['cert-manager/cert-manager-cainjector', 'argocd/argocd-application-controller'].map((where) => ({
    where,
    allows: [noLiveness, noReadiness],
    why: 'The official chart gives it no liveness probe.',
    instead: watches,
  })),
  {
    where: 'argocd/default',
    allows: [noLiveness, noReadiness],
    why: "Argo CD's Redis has none in the official chart.",
    instead: 'It is a cache: Argo CD works without it, slower, and says so in its metrics.',
  },
  {
    where: 'cert-manager/cert-manager',
    allows: [noReadiness],
    why: 'The official chart gives it no readiness probe.',
    instead: watches,
  },
  ...['', '-cert-controller', '-webhook'].map((part) => ({
    where: `external-secrets/external-secrets${part}`,
    allows: [noLiveness, noReadiness],
    why: 'The official chart gives each of its programs one of the two probes.',
    instead: watches,
  })),
]

const probe = { httpGet: { path: '/livez', port: 9090 } }
const ports = [{ containerPort: 8443 }]
const probed = { name: 'app', ports, livenessProbe: probe, readinessProbe: probe }

/** A pod that is on every node serves its node and is not chosen by readiness. */
export default defineRule({
  id: 'probes-answered',
  title: 'Whatever runs for long answers a probe',
  why: 'Without a liveness probe a hung program stays hung; without a readiness probe it gets requests that it cannot answer.',
  mend: 'Give the container a livenessProbe and a readinessProbe on its admin port (apps/_lib/workload.ts does).',
  controls: ['SOC 2 A1.2', 'SOC 2 CC7.2', 'ISO 27001 A.8.14', 'ISO 27001 A.8.16'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['apps/DaemonSet', 'apps/Deployment', 'apps/StatefulSet'] },
  variables: [POD_SPEC, ACCOUNT, IDLE],
  validations: [
    {
      cel: `variables.idle || variables.account in ${granted(permissions, noLiveness)} ||
variables.pod.containers.exists(c, has(c.livenessProbe))`,
      message: 'no container has a liveness probe',
    },
    {
      cel: `variables.idle || object.kind == 'DaemonSet' || variables.account in ${granted(permissions, noReadiness)} ||
variables.pod.containers.exists(c, has(c.readinessProbe))`,
      message: 'no container has a readiness probe',
    },
    {
      cel: `variables.idle || variables.account in ${granted(permissions, noLiveness)} ||
variables.pod.containers.all(c, c.?ports.orValue([]).size() == 0 || has(c.livenessProbe))`,
      message: 'a container with a port has no liveness probe',
      messageCel: `'a port but no liveness probe: container ' + variables.pod.containers
  .filter(c, c.?ports.orValue([]).size() > 0 && !has(c.livenessProbe)).map(c, string(c.name)).join(', ')`,
    },
  ],
  permissions,
  pass: [
    workload({ containers: [probed, { name: 'keeper' }] }),
    workload({ containers: [{ name: 'agent', ports, livenessProbe: probe }] }, { kind: 'DaemonSet' }),
    workload({ containers: [{ name: 'server', ports }] }, { spec: { replicas: 0 } }),
    workload(
      { serviceAccountName: 'nvidia-device-plugin', containers: [{ name: 'plugin' }] },
      { kind: 'DaemonSet', namespace: 'node-agents' },
    ),
  ],
  fail: [
    workload({ containers: [{ name: 'app' }] }),
    workload({ containers: [{ ...probed, readinessProbe: undefined }] }),
    workload({ containers: [probed, { name: 'exporter', ports }] }),
    workload({ containers: [{ name: 'agent' }] }, { kind: 'DaemonSet' }),
    workload(
      { serviceAccountName: 'cert-manager', containers: [{ name: 'app' }] },
      { namespace: 'cert-manager' },
    ),
  ],
  mutations: [
    {
      on: 'apps/Deployment',
      where: { name: 'inference' },
      change: [{ path: '/spec/template/spec/containers/0/livenessProbe', remove: true }],
    },
    {
      on: 'apps/StatefulSet',
      where: { name: 'prometheus' },
      change: [{ path: '/spec/template/spec/containers/0/readinessProbe', remove: true }],
    },
  ],
})
