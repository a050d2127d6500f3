import type { Permission, Rule } from './rule.ts'

type Variable = Rule['variables'][number]

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
export const POD_SPEC: Variable = {
  name: 'pod',
  cel: `object.kind == 'Pod' ? object.spec :
object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template.spec :
object.spec.template.spec`,
}

/** `variables.containers`: containers of every sort, needs POD_SPEC before it. */
export const CONTAINERS: Variable = {
  name: 'containers',
  cel: `variables.pod.containers +
variables.pod.?initContainers.orValue([]) +
variables.pod.?ephemeralContainers.orValue([])`,
}

/**
 * `variables.images`: every image that the object makes a node pull, of an upgrade.cattle.io/Plan too; needs
 * CONTAINERS before it. An image volume brings files from a registry just as a container does, and a controller that
 * makes jobs is told their image by its environment.
 */
export const IMAGES: Variable = {
  name: 'images',
  cel: `object.kind == 'Plan' ?
[object.spec.?upgrade, object.spec.?prepare].filter(job, job.hasValue()).map(job, string(job.?image.orValue(''))) :
variables.containers.map(c, string(c.?image.orValue(''))) +
variables.pod.?volumes.orValue([]).filter(v, has(v.image)).map(v, string(v.image.?reference.orValue(''))) +
variables.containers.map(c, c.?env.orValue([]).filter(e, e.name.endsWith('_IMAGE') && has(e.value))
  .map(e, string(e.value)).join(' ')).join(' ').split(' ').filter(image, image != '')`,
}

/** `variables.account`: `<namespace>/<service account>` that the pod runs as, needs POD_SPEC before it. */
export const ACCOUNT: Variable = {
  name: 'account',
  cel: `object.metadata.?namespace.orValue('') + '/' + variables.pod.?serviceAccountName.orValue('default')`,
}

/** `variables.idle`: the object is told to run no pod at all, as what a chart cannot leave out is. */
export const IDLE: Variable = {
  name: 'idle',
  cel: `object.kind in ['Deployment', 'ReplicaSet', 'StatefulSet'] && object.spec.?replicas.orValue(1) == 0`,
}

/** The permissions that allow something, as the list in CEL that grants it: `variables.account in […]`. */
export function granted(permissions: readonly Permission[], right?: string): string {
  return `[${permissions
    .filter(({ allows }) => right === undefined || allows.includes(right))
    .map(({ where }) => `'${where}'`)
    .join(', ')}]`
}
