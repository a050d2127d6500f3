import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

export default defineRule({
  id: 'workload-network-policy',
  title: 'Every workload is under network policies in both directions, and has its own if it talks',
  why: 'What a workload may reach, and who may reach it, is written down for each one, not for a namespace as a whole.',
  mend: 'Say who calls it and whom it calls: `callers` and `callees` of apps/_lib/workload.ts, or a NetworkPolicy that selects its pods by label.',
  controls: ['PCI DSS 1.2.1', 'PCI DSS 1.3.1', 'PCI DSS 1.3.2', 'SOC 2 CC6.6', 'ISO 27001 A.8.22'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  variables: [
    {
      name: 'open',
      cel: `['Ingress', 'Egress'].filter(d, !object.spec.networkPolicies.exists(p, d in p.policyTypes))`,
    },
  ],
  validations: [
    {
      cel: 'variables.open.size() == 0',
      message: 'no NetworkPolicy selects its pods in each direction',
      messageCel: `'no NetworkPolicy selects its pods for ' + variables.open.join(' and ')`,
    },
    {
      cel: `object.spec.services.size() + object.spec.upstreams.size() == 0 ||
object.spec.networkPolicies.exists(p, p.own && 'Ingress' in p.policyTypes && 'Egress' in p.policyTypes)`,
      message: 'it has Services or upstreams and no NetworkPolicy of its own for both directions',
    },
  ],
  pass: [
    workload(),
    // It talks to nobody: its namespace's default-deny is enough.
    workload({
      services: [],
      networkPolicies: [{ name: 'default-deny', own: false, policyTypes: ['Ingress', 'Egress'] }],
    }),
  ],
  fail: [
    workload({ networkPolicies: [] }),
    workload({ services: [], networkPolicies: [{ name: 'in', own: false, policyTypes: ['Ingress'] }] }),
    workload({
      networkPolicies: [
        { name: 'default-deny', own: false, policyTypes: ['Ingress', 'Egress'] },
        { name: 'app', own: true, policyTypes: ['Egress'] },
      ],
    }),
  ],
  mutations: [
    {
      on: 'networking.k8s.io/NetworkPolicy',
      where: { namespace: 'router', name: 'router' },
      change: 'delete',
    },
    {
      on: 'networking.k8s.io/NetworkPolicy',
      where: { namespace: 'gateway', name: 'gateway' },
      change: [{ path: '/spec/podSelector/matchLabels/app.kubernetes.io~1name', value: 'gatewway' }],
    },
  ],
})
