import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

/** https://kubernetes.io/docs/concepts/workloads/pods/disruptions/; two budgets for a pod make its eviction an error. */
export default defineRule({
  id: 'disruption-budget',
  title: 'Workloads of several pods have one disruption budget, and none blocks a drain',
  why: 'Nodes are drained for upgrades: not all replicas may go at once, and yet one must be allowed to.',
  mend: 'Give it one PodDisruptionBudget with maxUnavailable 1; apps/_lib/workload.ts does where there is more than one replica.',
  controls: ['SOC 2 A1.2', 'ISO 27001 A.8.14', 'GDPR 32(1)(b)'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  variables: [
    { name: 'budgets', cel: 'object.spec.disruptionBudgets' },
    {
      name: 'blocking',
      // A percentage of minAvailable is rounded up.
      cel: `variables.budgets.filter(b,
string(b.?maxUnavailable.orValue(1)) in ['0', '0%'] ||
(has(b.minAvailable) && (string(b.minAvailable).endsWith('%') ?
(object.spec.atLeast * int(string(b.minAvailable).replace('%', '')) + 99) / 100 :
int(b.minAvailable)) >= object.spec.atLeast))`,
    },
  ],
  validations: [
    {
      cel: `object.spec.kind == 'DaemonSet' || object.spec.atLeast < 2 || variables.budgets.size() > 0`,
      message: 'it has several pods and no disruption budget',
    },
    {
      cel: 'variables.budgets.size() < 2',
      message: 'two disruption budgets select its pods, so that nothing can evict them',
    },
    {
      cel: 'variables.blocking.size() == 0',
      message: 'its disruption budget allows no eviction, so a drain never ends',
    },
  ],
  pass: [
    workload(),
    workload({ disruptionBudgets: [{ minAvailable: '50%' }] }),
    workload({ disruptionBudgets: [{ minAvailable: 2 }] }),
    workload({ replicas: 1, atLeast: 1, atMost: 1, disruptionBudgets: [] }),
    workload({ kind: 'DaemonSet', disruptionBudgets: [] }),
  ],
  fail: [
    workload({ disruptionBudgets: [] }),
    workload({ disruptionBudgets: [{ maxUnavailable: 1 }, { maxUnavailable: 1 }] }),
    workload({ disruptionBudgets: [{ maxUnavailable: 0 }] }),
    workload({ disruptionBudgets: [{ maxUnavailable: '0%' }] }),
    workload({ disruptionBudgets: [{ minAvailable: 3 }] }),
    workload({ disruptionBudgets: [{ minAvailable: '80%' }] }),
    workload({ replicas: 1, atLeast: 1, atMost: 1, disruptionBudgets: [{ minAvailable: 1 }] }),
  ],
  mutations: [
    { on: 'policy/PodDisruptionBudget', where: { namespace: 'router' }, change: 'delete' },
    {
      on: 'policy/PodDisruptionBudget',
      where: { namespace: 'gateway' },
      change: [{ path: '/spec/maxUnavailable', value: 0 }],
    },
  ],
})
