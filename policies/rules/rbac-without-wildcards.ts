import { defineRule, type Rule } from '../rule.ts'

const role = (rules: readonly object[], kind = 'ClusterRole') => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name: 'app', ...(kind === 'Role' && { namespace: 'example' }) },
  rules,
})
const may = (verbs: readonly string[], resources: readonly string[], more: object = {}) => ({
  apiGroups: [''],
  resources,
  verbs,
  ...more,
})

/** Every rule of the role (`r`) holds what is said. */
function each(message: string, holds: string): Rule['validations'][number] {
  return {
    cel: `object.?rules.orValue([]).all(r, ${holds})`,
    message,
    messageCel: `'${message}: ' + object.?rules.orValue([]).filter(r, !(${holds})).map(r,
  r.?verbs.orValue([]).join('/') + ' ' + (r.?resources.orValue([]) + r.?nonResourceURLs.orValue([])).join('/')).join(', ')`,
  }
}

/** RBAC good practices of Kubernetes: what lets an account gain what it was not given. */
export default defineRule({
  id: 'rbac-without-wildcards',
  title: 'Roles name what they allow and lead to no more',
  why: 'A wildcard allows what nobody has thought of, tomorrow as well; some verbs let an account give itself the rest.',
  mend: 'Name API groups, resources and verbs; read secrets in one namespace alone, by a Role.',
  controls: ['PCI DSS 7.2.2', 'PCI DSS 7.2.5', 'SOC 2 CC6.3', 'ISO 27001 A.5.18', 'ISO 27001 A.8.2'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/Role'] },
  validations: [
    each(
      'a wildcard',
      `!(r.?apiGroups.orValue([]) + r.?resources.orValue([]) + r.?verbs.orValue([]) + r.?nonResourceURLs.orValue([]))
  .exists(name, name.contains('*'))`,
    ),
    each(
      'escalates, binds or impersonates',
      `!r.?verbs.orValue([]).exists(v, v in ['escalate', 'bind', 'impersonate'])`,
    ),
    each(
      'writes roles, bindings or admission',
      `!r.?verbs.orValue([]).exists(v, v in ['create', 'update', 'patch', 'delete', 'deletecollection']) ||
!r.?apiGroups.orValue([]).exists(g, g in ['rbac.authorization.k8s.io', 'admissionregistration.k8s.io'])`,
    ),
    each(
      'reads the secrets of every namespace',
      `object.kind != 'ClusterRole' || !('secrets' in r.?resources.orValue([])) ||
!r.?verbs.orValue([]).exists(v, v in ['get', 'list', 'watch'])`,
    ),
    each(
      'runs in pods, speaks through nodes or makes tokens',
      `!r.?resources.orValue([]).exists(n, n in ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/ephemeralcontainers', 'nodes/proxy']) &&
(!('serviceaccounts/token' in r.?resources.orValue([])) || r.?resourceNames.orValue([]).size() > 0)`,
    ),
    { cel: '!has(object.aggregationRule)', message: 'the role is put together of others that are not named' },
  ],
  pass: [
    role([may(['list', 'watch'], ['pods'])]),
    role([may(['get', 'list'], ['secrets'])], 'Role'),
    role([may(['create'], ['serviceaccounts/token'], { resourceNames: ['cert-manager'] })], 'Role'),
    role([{ nonResourceURLs: ['/metrics'], verbs: ['get'] }]),
  ],
  fail: [
    role([may(['*'], ['pods'])]),
    role([may(['get'], ['*'])], 'Role'),
    role([may(['get'], ['pods'], { apiGroups: ['*'] })]),
    role([{ nonResourceURLs: ['/debug/*'], verbs: ['get'] }]),
    role([may(['impersonate'], ['users'])]),
    role([may(['bind'], ['roles'], { apiGroups: ['rbac.authorization.k8s.io'] })]),
    role([may(['create'], ['rolebindings'], { apiGroups: ['rbac.authorization.k8s.io'] })], 'Role'),
    role([may(['list'], ['secrets'])]),
    role([may(['create'], ['pods/exec'])], 'Role'),
    role([may(['create'], ['serviceaccounts/token'])], 'Role'),
    { ...role([]), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { aggregate: 'yes' } }] } },
  ],
  mutations: [
    { on: 'rbac.authorization.k8s.io/ClusterRole', change: [{ path: '/rules/0/verbs', value: ['*'] }] },
    {
      on: 'rbac.authorization.k8s.io/Role',
      change: [{ path: '/rules/-', value: may(['create'], ['pods/exec']) }],
    },
  ],
})
