import { defineRule } from '../rule.ts'

const binding = (name: string, subjects: readonly object[], kind = 'ClusterRoleBinding') => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name: 'app', ...(kind === 'RoleBinding' && { namespace: 'example' }) },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects,
})
const account = (name: string) => ({ kind: 'ServiceAccount', name, namespace: 'example' })
const group = (name: string) => ({ kind: 'Group', name })

export default defineRule({
  id: 'rbac-bindings-named',
  title: 'Rights are bound to accounts that are named',
  why: 'A right that is bound to everyone, to every pod or to an administrator who is always there is a right of the attacker.',
  mend: 'Bind a role of its own to the one service account that needs it; people come in by break-glass, not by a binding.',
  controls: ['PCI DSS 7.2.2', 'PCI DSS 8.2.2', 'SOC 2 CC6.3', 'ISO 27001 A.5.15', 'ISO 27001 A.8.2'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['rbac.authorization.k8s.io/ClusterRoleBinding', 'rbac.authorization.k8s.io/RoleBinding'] },
  variables: [
    {
      name: 'wide',
      // The accounts of one namespace are a group that can be named, `system:serviceaccounts:<namespace>`.
      cel: `object.?subjects.orValue([]).filter(s, s.kind == 'User' || (s.kind == 'Group' &&
!(object.kind == 'RoleBinding' && s.name == 'system:serviceaccounts:' + object.metadata.?namespace.orValue(''))))`,
    },
  ],
  validations: [
    {
      cel: 'variables.wide.size() == 0',
      message: 'the binding is to a user or a group',
      messageCel: `'bound to ' + variables.wide.map(s, s.kind + ' ' + s.name).join(', ')`,
    },
    {
      cel: `!object.?subjects.orValue([]).exists(s, s.kind == 'ServiceAccount' && s.name == 'default')`,
      message: 'the binding is to the account of every pod that names none',
    },
    {
      cel: `!(object.roleRef.name in ['cluster-admin', 'admin', 'edit']) && !object.roleRef.name.startsWith('system:')`,
      message: "the role is one of Kubernetes's own, which grow with every release",
      messageCel: `'grants ' + object.roleRef.name`,
    },
  ],
  pass: [
    binding('app', [account('app')]),
    binding('requester', [group('system:serviceaccounts:example')], 'RoleBinding'),
  ],
  fail: [
    binding('app', [group('system:authenticated')]),
    binding('app', [group('system:masters')]),
    binding('app', [group('system:serviceaccounts:example')]),
    binding('app', [group('system:serviceaccounts:other')], 'RoleBinding'),
    binding('app', [{ kind: 'User', name: 'system:anonymous' }]),
    binding('app', [account('default')]),
    binding('cluster-admin', [account('app')]),
    binding('system:auth-delegator', [account('app')]),
  ],
  mutations: [
    {
      on: 'rbac.authorization.k8s.io/ClusterRoleBinding',
      change: [{ path: '/subjects/-', value: group('system:unauthenticated') }],
    },
    {
      on: 'rbac.authorization.k8s.io/ClusterRoleBinding',
      change: [{ path: '/roleRef/name', value: 'cluster-admin' }],
    },
    {
      on: 'rbac.authorization.k8s.io/RoleBinding',
      change: [{ path: '/subjects/0', value: group('system:serviceaccounts') }],
    },
  ],
})
