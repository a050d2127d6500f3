import type { Rule } from './rule.ts'

/** The kinds that make pods, and pods themselves: one rule text holds them all. */
export const POD_KINDS = [
  'Pod',
  'ReplicationController',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'batch/CronJob',
  'batch/Job',
] as const

/** `variables.pod`: the pod's spec, whichever of POD_KINDS the object is. */
export const POD_SPEC: Rule['variables'][number] = {
  name: 'pod',
  cel: `object.kind == 'Pod' ? object.spec :
object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template.spec :
object.spec.template.spec`,
}

/** `variables.containers`: containers of every sort, needs POD_SPEC before it. */
export const CONTAINERS: Rule['variables'][number] = {
  name: 'containers',
  cel: `variables.pod.containers +
variables.pod.?initContainers.orValue([]) +
variables.pod.?ephemeralContainers.orValue([])`,
}
