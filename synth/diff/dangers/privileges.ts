import type { ObjectChange } from '../change.ts'
import { at, isMap, listAt, type Plain, textAt } from '../plain.ts'
import { containersOf, podSpecOf } from './pods.ts'
import type { DangerSign } from './sign.ts'

const levels = ['restricted', 'baseline', 'privileged']
const enforce = 'pod-security.kubernetes.io/enforce'

export const privileges: readonly DangerSign[] = [
  {
    id: 'privilege-gain',
    severity: 'high',
    find: ({ before, after, op }) =>
      op === 'removed'
        ? []
        : gained(powersOf(before), powersOf(after)).map((power) => `gains a privilege: ${power}`),
  },
  {
    id: 'pod-security-loosened',
    severity: 'high',
    find({ op, id, before, after }) {
      if (op !== 'changed' || id.kind !== 'Namespace') return []
      const level = (object: Plain | undefined) =>
        textAt(object, 'metadata', 'labels', enforce) ?? 'privileged'
      return levels.indexOf(level(after)) > levels.indexOf(level(before))
        ? [`lets in less safe pods: Pod Security ${level(before)} → ${level(after)}`]
        : []
    },
  },
  {
    id: 'service-account-changed',
    severity: 'medium',
    find({ op, before, after }) {
      const name = (object: Plain | undefined) => textAt(podSpecOf(object), 'serviceAccountName')
      const [old, now] = [name(before), name(after)]
      return op === 'changed' && old !== now
        ? [`runs as another service account: ${old ?? 'default'} → ${now ?? 'default'}`]
        : []
    },
  },
  {
    id: 'project-widened',
    severity: 'high',
    find: (change) => projectGains(change),
  },
]

/** What a pod may do beyond the restricted Pod Security Standard, as sentences. */
function powersOf(object: Plain | undefined): readonly string[] {
  const pod = podSpecOf(object)
  if (!isMap(pod)) return []
  const powers: string[] = []
  for (const host of ['hostNetwork', 'hostPID', 'hostIPC']) if (pod[host] === true) powers.push(host)
  for (const volume of listAt(pod, 'volumes')) {
    const path = textAt(volume, 'hostPath', 'path')
    if (path) powers.push(`the host's ${path}`)
  }
  for (const [name, container] of containersOf(pod)) {
    powers.push(
      ...containerPowers(container, at(pod, 'securityContext')).map((power) => `${power} in ${name}`),
    )
  }
  return powers
}

function containerPowers(container: Plain, ofPod: unknown): readonly string[] {
  const own = at(container, 'securityContext')
  const effective = (key: string) => at(own, key) ?? at(ofPod, key)
  const powers: string[] = []
  if (at(own, 'privileged') === true) powers.push('privileged')
  if (at(own, 'allowPrivilegeEscalation') !== false) powers.push('privilege escalation')
  if (at(own, 'readOnlyRootFilesystem') !== true) powers.push('a writable root file system')
  if (effective('runAsNonRoot') !== true) powers.push('running as root')
  if (effective('runAsUser') === 0) powers.push('user 0')
  const seccomp = textAt(effective('seccompProfile'), 'type')
  if (seccomp === undefined || seccomp === 'Unconfined') powers.push('any system call (no seccomp profile)')
  if (!listAt(own, 'capabilities', 'drop').includes('ALL')) powers.push("the runtime's default capabilities")
  for (const capability of listAt(own, 'capabilities', 'add')) powers.push(`capability ${String(capability)}`)
  for (const port of listAt(container, 'ports')) {
    const number = at(port, 'hostPort')
    if (number !== undefined) powers.push(`port ${String(number)} of the host`)
  }
  return powers
}

function gained(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((power) => !before.includes(power))
}

/** What an AppProject lets its Applications do that it did not. */
function projectGains({ op, id, before, after }: ObjectChange): readonly string[] {
  if (op !== 'changed' || id.kind !== 'AppProject') return []
  const subjects: Readonly<Record<string, string>> = {
    sourceRepos: 'lets Applications come from',
    destinations: 'lets Applications deploy to',
    clusterResourceWhitelist: 'lets Applications make the cluster-scoped kind',
    namespaceResourceWhitelist: 'lets Applications make the kind',
  }
  return Object.entries(subjects).flatMap(([field, sentence]) => {
    const items = (object: Plain | undefined) => listAt(object, 'spec', field).map(itemName)
    return gained(items(before), items(after)).map((item) => `${sentence} ${item}`)
  })
}

function itemName(item: unknown): string {
  if (!isMap(item)) return String(item)
  return [item.server, item.namespace, item.group, item.kind].filter(Boolean).join(' ')
}
