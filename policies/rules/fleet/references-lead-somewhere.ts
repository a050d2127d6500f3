import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

export default defineRule({
  id: 'references-lead-somewhere',
  title: 'What a workload needs by name is in every cluster that it runs in',
  why: 'A pod whose ConfigMap, Secret, account, class or driver is missing never starts, in each cluster of the sort at once.',
  mend: "Render what is named (the app itself, apps/baseline for classes, its site() for what is a cluster's alone), or mend the name.",
  controls: ['SOC 2 A1.2', 'SOC 2 CC8.1', 'ISO 27001 A.8.9'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  validations: [
    {
      cel: 'object.spec.missing.size() == 0',
      message: 'it names what its cluster does not have',
      messageCel: `'in a cluster of ' + object.spec.cluster.distribution + ' there is no ' + object.spec.missing.join(', ')`,
    },
  ],
  pass: [workload()],
  fail: [workload({ missing: ['ConfigMap app-config'] })],
  mutations: [
    { on: 'ServiceAccount', where: { namespace: 'router', name: 'router' }, change: 'delete' },
    { on: 'storage.k8s.io/CSIDriver', change: 'delete' },
    { on: 'external-secrets.io/ExternalSecret', where: { namespace: 'cache' }, change: 'delete' },
  ],
})
