import { defineRule } from '../../rule.ts'
import { namespace } from './views.examples.ts'

export default defineRule({
  id: 'namespace-bounded',
  title: 'Every namespace has a quota and default limits',
  why: 'What runs away in one namespace must not starve the others.',
  mend: 'Add the namespace to apps/_lib/namespaces.ts: apps/baseline gives it both.',
  controls: ['SOC 2 A1.1', 'ISO 27001 A.8.6', 'GDPR 32(1)(b)'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Namespace'] },
  validations: [
    {
      cel: `object.spec.quotas.exists(q, ['pods', 'requests.cpu', 'requests.memory'].all(r, r in q.?hard.orValue({})))`,
      message: 'no quota bounds its pods, processors and memory together',
    },
    {
      cel: `object.spec.limitRanges.exists(l, l.limits.exists(i, i.type == 'Container' && has(i.default)))`,
      message: 'no limit range gives containers limits that name none',
    },
  ],
  pass: [namespace()],
  fail: [namespace({ quotas: [{ hard: { pods: '20' } }] }), namespace({ limitRanges: [] })],
  mutations: [
    { on: 'ResourceQuota', change: 'delete' },
    { on: 'LimitRange', change: 'delete' },
  ],
})
