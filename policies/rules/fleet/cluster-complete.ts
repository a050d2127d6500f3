import { defineRule } from '../../rule.ts'
import { cluster } from './views.examples.ts'

const { runs } = cluster().spec
const without = (app: string) => Object.fromEntries(Object.entries(runs).filter(([name]) => name !== app))

export default defineRule({
  id: 'cluster-complete',
  title: 'Every cluster runs what guards it, and every edge site what serves users',
  why: 'A cluster without its policies, its identities or its gateway works, and nobody sees what it lacks.',
  mend: 'Mend place() of the app that is missing: it decides which clusters run it; then npx meridian synth.',
  controls: ['SOC 2 CC6.6', 'SOC 2 CC7.1', 'ISO 27001 A.8.9', 'PCI DSS 2.2.1'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Cluster'] },
  variables: [
    {
      name: 'missing',
      cel: `(['argocd', 'baseline', 'cert-manager', 'external-secrets', 'identities', 'observability', 'policies'] +
(object.spec.edge ? ['cache', 'gateway', 'inference', 'router', 'upgrades'] : [])).filter(a, !(a in object.spec.runs))`,
    },
    { name: 'unknown', cel: 'object.spec.nodes.filter(n, !n.known).map(n, n.name)' },
  ],
  validations: [
    {
      cel: 'variables.missing.size() == 0',
      message: 'it does not run an app that every cluster of its sort must run',
      messageCel: `'it does not run ' + variables.missing.join(', ')`,
    },
    {
      cel: 'object.spec.unrendered.size() == 0',
      message: 'an Application reads a variant that is not rendered',
      messageCel: `'an Application reads what is not rendered: ' + object.spec.unrendered.join(', ')`,
    },
    {
      cel: 'object.spec.readsIdentity == true',
      message: 'no Application reads what is its alone: it has no identity',
    },
    {
      cel: 'variables.unknown.size() == 0',
      message: 'a node is born without a variant that is rendered',
      messageCel: `'born without a variant that is rendered: ' + variables.unknown.join(', ')`,
    },
  ],
  pass: [
    cluster(),
    cluster({
      edge: false,
      distribution: 'eks',
      nodes: [],
      runs: Object.fromEntries(
        [
          'argocd',
          'baseline',
          'cert-manager',
          'external-secrets',
          'identities',
          'observability',
          'policies',
        ].map((app) => [app, 'large']),
      ),
    }),
  ],
  fail: [
    cluster({ runs: without('policies') }),
    cluster({ runs: without('gateway') }),
    cluster({ unrendered: ['router/small'] }),
    cluster({ readsIdentity: false }),
    cluster({ nodes: cluster().spec.nodes.map((node) => ({ ...node, known: false })) }),
  ],
  mutations: [
    { on: 'argoproj.io/Application', where: { name: 'gateway' }, change: 'delete' },
    { on: 'argoproj.io/Application', where: { name: 'site' }, change: 'delete' },
  ],
})
