import { defineRule } from '../../rule.ts'
import { namespace } from './views.examples.ts'

/** NetworkPolicy isolation is by direction: https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export default defineRule({
  id: 'namespace-default-deny',
  title: 'Every namespace denies all traffic that no policy allows, in both directions',
  why: 'A pod that no policy selects may be reached by everyone and may reach everyone.',
  mend: 'Give the namespace a NetworkPolicy with an empty podSelector, both policyTypes and no rules; apps/baseline makes one for each line in apps/_lib/namespaces.ts.',
  controls: ['PCI DSS 1.3.1', 'PCI DSS 1.3.2', 'SOC 2 CC6.6', 'ISO 27001 A.8.20', 'ISO 27001 A.8.22'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Namespace'] },
  variables: [
    {
      name: 'everyone',
      cel: `object.spec.networkPolicies.map(n, object.spec.networkPolicies[n]).filter(p,
!has(p.podSelector.matchLabels) && !has(p.podSelector.matchExpressions))`,
    },
  ],
  validations: [
    {
      cel: `variables.everyone.exists(p, 'Ingress' in p.policyTypes && p.?ingress.orValue([]).size() == 0)`,
      message: 'no policy denies every pod what comes in',
    },
    {
      cel: `variables.everyone.exists(p, 'Egress' in p.policyTypes && p.?egress.orValue([]).size() == 0)`,
      message: 'no policy denies every pod what goes out',
    },
  ],
  pass: [
    namespace(),
    namespace({
      networkPolicies: {
        in: { podSelector: {}, policyTypes: ['Ingress'] },
        out: { podSelector: {}, policyTypes: ['Egress'], egress: [] },
      },
    }),
  ],
  fail: [
    namespace({ networkPolicies: {} }),
    namespace({ networkPolicies: { deny: { podSelector: {}, policyTypes: ['Ingress'] } } }),
    namespace({
      networkPolicies: {
        deny: { podSelector: { matchLabels: { app: 'one' } }, policyTypes: ['Ingress', 'Egress'] },
      },
    }),
    namespace({
      networkPolicies: {
        allow: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
      },
    }),
  ],
  mutations: [
    { on: 'networking.k8s.io/NetworkPolicy', where: { name: 'default-deny' }, change: 'delete' },
    {
      on: 'networking.k8s.io/NetworkPolicy',
      where: { name: 'default-deny' },
      change: [{ path: '/spec/policyTypes', value: ['Ingress'] }],
    },
  ],
})
