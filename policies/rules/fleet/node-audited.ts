import { defineRule } from '../../rule.ts'
import { node } from './views.examples.ts'

const { args } = node().spec
const without = (flag: string) => {
  const { [flag]: _, ...rest } = args['kube-apiserver'] ?? {}
  return node({ args: { ...args, 'kube-apiserver': rest } })
}

/** https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/ */
export default defineRule({
  id: 'node-audited',
  title: 'Every API server writes an audit log that leaves out nobody who reads Secrets',
  why: 'Who changed what, and who read which Secret, must be known after the fact.',
  mend: 'nodes/audit.ts and the audit flags in nodes/config.ts; a rule of level None must not cover Secrets.',
  controls: ['PCI DSS 10.2.1', 'PCI DSS 10.3.3', 'SOC 2 CC7.2', 'ISO 27001 A.8.15', 'GDPR 5(2)'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Node'] },
  variables: [
    { name: 'flags', cel: `object.spec.args[?'kube-apiserver'].orValue({})` },
    { name: 'rules', cel: 'object.spec.audit.?rules.orValue([])' },
    {
      name: 'blind',
      // A rule without users, groups or verbs to narrow it hides what it covers from everybody.
      cel: `variables.rules.filter(r, r.level == 'None' && !has(r.users) && !has(r.userGroups) &&
!has(r.nonResourceURLs) && (!has(r.resources) || r.resources.exists(g, g.?group.orValue('') == '' &&
(!has(g.resources) || 'secrets' in g.resources || '*' in g.resources))))`,
    },
  ],
  validations: [
    {
      cel: `!object.spec.server || (variables.rules.exists(r, r.level != 'None') &&
variables.flags[?'audit-policy-file'].orValue('') != '' && variables.flags[?'audit-log-path'].orValue('').startsWith('/var/log/'))`,
      message: 'it has no audit policy, or writes no audit log',
    },
    {
      cel: `!object.spec.server || int(variables.flags[?'audit-log-maxage'].orValue('0')) >= 30`,
      message:
        'CIS 1.2.17: the audit log is kept on the node for less than 30 days, the time that a link may be cut',
    },
    { cel: 'variables.blind.size() == 0', message: 'a rule of level None hides Secrets from the audit log' },
  ],
  pass: [
    node(),
    node({ server: false, args: {}, audit: {} }),
    node({
      audit: {
        rules: [
          { level: 'None', resources: [{ group: '', resources: ['events'] }] },
          { level: 'None', userGroups: ['system:nodes'], resources: [{ group: '' }] },
          { level: 'Metadata' },
        ],
      },
    }),
  ],
  fail: [
    node({ audit: {} }),
    without('audit-log-path'),
    without('audit-policy-file'),
    without('audit-log-maxage'),
    node({ audit: { rules: [{ level: 'None', resources: [{ group: '' }] }, { level: 'Metadata' }] } }),
    node({ audit: { rules: [{ level: 'None' }, { level: 'Metadata' }] } }),
  ],
  mutations: [
    { on: 'fleet.meridian/Node', change: [{ path: '/spec/audit/rules', value: [{ level: 'None' }] }] },
    {
      on: 'fleet.meridian/Node',
      change: [{ path: '/spec/args/kube-apiserver/audit-log-path', remove: true }],
    },
  ],
})
