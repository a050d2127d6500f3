import { workload } from '../pods.examples.ts'
import { ACCOUNT, granted, IDLE, POD_KINDS, POD_SPEC } from '../pods.ts'
import { defineRule, type Permission } from '../rule.ts'

const permissions: Permission[] = [
  {
    where: 'node-agents/system-upgrade',
    allows: ['no priority class'],
    why: 'The upgrade controller makes these jobs and gives them no class.',
    instead: 'The controller has a class; a job that is driven out is made again.',
  },
  {
    where: 'argocd/argocd-redis-secret-init',
    allows: ['no priority class'],
    why: 'A job of the official chart that runs once, at birth.',
    instead: 'It is done before any workload asks for room.',
  },
]

/** Namespaces that the cluster cannot do without, so may be before all else. */
const SYSTEM = `['argocd', 'node-agents']`
const CLASS = `variables.pod.?priorityClassName.orValue('')`

const classed = (priorityClassName?: string) => ({ priorityClassName, containers: [] })

export default defineRule({
  id: 'priority-class-set',
  title: 'Every pod says how important it is',
  why: 'When a node is full, pods go by priority: without one the gateway may go for a batch job.',
  mend: "Set priorityClassName to meridian-critical, meridian-workload or meridian-batch; Kubernetes's own are for node agents and Argo CD.",
  controls: ['SOC 2 A1.1', 'SOC 2 A1.2', 'ISO 27001 A.8.6', 'ISO 27001 A.8.14'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: [...POD_KINDS] },
  variables: [POD_SPEC, ACCOUNT, IDLE],
  validations: [
    {
      cel: `variables.idle || variables.account in ${granted(permissions)} || ${CLASS} != ''`,
      message: 'no priority class',
    },
    {
      cel: `${CLASS} in ['', 'meridian-batch', 'meridian-critical', 'meridian-workload'] ||
(object.metadata.?namespace.orValue('') in ${SYSTEM} && ${CLASS} in ['system-cluster-critical', 'system-node-critical'])`,
      message: 'a priority class that is not for this pod',
      messageCel: `'not for this pod: priority class ' + ${CLASS}`,
    },
  ],
  permissions,
  pass: [
    workload(classed('meridian-workload')),
    workload(classed('system-node-critical'), { kind: 'DaemonSet', namespace: 'node-agents' }),
    workload(
      { serviceAccountName: 'system-upgrade', containers: [] },
      { kind: 'Job', namespace: 'node-agents' },
    ),
  ],
  fail: [workload(classed()), workload(classed('system-node-critical')), workload(classed('another'))],
  mutations: [
    { on: 'apps/Deployment', change: [{ path: '/spec/template/spec/priorityClassName', remove: true }] },
    {
      on: 'apps/StatefulSet',
      where: { name: 'cache' },
      change: [{ path: '/spec/template/spec/priorityClassName', value: 'system-node-critical' }],
    },
  ],
})
