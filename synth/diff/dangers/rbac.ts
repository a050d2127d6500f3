import type { ObjectChange } from '../change.ts'
import { at, isMap, listAt, type Plain, textAt } from '../plain.ts'
import type { DangerSign } from './sign.ts'

const roles = new Set(['Role', 'ClusterRole'])
const bindings = new Set(['RoleBinding', 'ClusterRoleBinding'])
/** With one of these a subject can give itself more (Kubernetes, RBAC good practices: privilege escalation risks). */
const escalating =
  /^\*|(?:^|\s)\*|\b(?:escalate|bind|impersonate)\b|\bsecrets\b|\bpods\/exec\b|\bserviceaccounts\/token\b|\bnodes\/proxy\b|\b(?:create|update|patch|\*) (?:clusterrolebindings|rolebindings|clusterroles|validatingwebhookconfigurations|mutatingwebhookconfigurations)\b/

export const rbac: readonly DangerSign[] = [
  {
    id: 'rbac-escalation',
    severity: 'high',
    find: (change) => [
      ...permissionGains(change)
        .filter((permission) => escalating.test(permission))
        .map((permission) => `may now ${permission}: enough to take more`),
      ...subjectGains(change)
        .filter(isAdmin(change))
        .map((subject) => `makes ${subject} cluster-admin`),
    ],
  },
  {
    id: 'rbac-gain',
    severity: 'medium',
    find(change) {
      const permissions = permissionGains(change).filter((permission) => !escalating.test(permission))
      const shown = permissions.slice(0, 4).join(', ')
      const rest = permissions.length > 4 ? ` and ${permissions.length - 4} more` : ''
      return [
        ...(permissions.length > 0 ? [`may now ${shown}${rest}`] : []),
        ...subjectGains(change)
          .filter((subject) => !isAdmin(change)(subject))
          .map(
            (subject) =>
              `gives ${subject} the rights of ${textAt(change.after, 'roleRef', 'name') ?? 'a role'}`,
          ),
      ]
    },
  },
]

function permissionGains({ op, id, before, after }: ObjectChange): readonly string[] {
  if (op === 'removed' || !roles.has(id.kind)) return []
  const had = permissionsOf(before)
  return [...permissionsOf(after)].filter((permission) => !had.has(permission))
}

/** `get pods`, `* *`, `get apps/deployments`, `get /metrics`. */
function permissionsOf(role: Plain | undefined): ReadonlySet<string> {
  const found = new Set<string>()
  for (const rule of listAt(role, 'rules').filter(isMap)) {
    const verbs = listAt(rule, 'verbs').map(String)
    for (const url of listAt(rule, 'nonResourceURLs'))
      for (const verb of verbs) found.add(`${verb} ${String(url)}`)
    const groups = listAt(rule, 'apiGroups').map(String)
    const names = listAt(rule, 'resourceNames').map(String)
    const only = names.length > 0 ? ` ${names.toSorted().join('|')}` : ''
    for (const resource of listAt(rule, 'resources').map(String)) {
      for (const group of groups) {
        for (const verb of verbs) found.add(`${verb} ${resource}${group ? `.${group}` : ''}${only}`)
      }
    }
  }
  return found
}

function subjectGains({ op, id, before, after }: ObjectChange): readonly string[] {
  if (op === 'removed' || !bindings.has(id.kind)) return []
  const names = (object: Plain | undefined) =>
    listAt(object, 'subjects').map((subject) =>
      ['kind', 'namespace', 'name'].flatMap((key) => textAt(subject, key) ?? []).join(' '),
    )
  // Another role is a gain of every subject.
  const same = textAt(before, 'roleRef', 'name') === textAt(after, 'roleRef', 'name')
  const had = same ? names(before) : []
  return names(after).filter((name) => !had.includes(name))
}

function isAdmin({ after }: ObjectChange): (subject: string) => boolean {
  const admin = at(after, 'roleRef', 'name') === 'cluster-admin'
  return () => admin
}
