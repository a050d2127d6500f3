import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

const scaled = (spec: object = {}) => workload({ atLeast: 2, atMost: 4, ...spec })
const autoscaler = { minReplicas: 2, maxReplicas: 4 }

export default defineRule({
  id: 'autoscaler-owns-replicas',
  title: 'Where an autoscaler sets the replicas, git does not',
  why: 'Argo CD heals what differs from git, so it would undo every step that the autoscaler takes.',
  mend: 'Leave spec.replicas out of a workload that has an autoscaler, and have one autoscaler for it.',
  controls: ['SOC 2 A1.1', 'ISO 27001 A.8.6'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  variables: [{ name: 'autoscalers', cel: 'object.spec.autoscalers' }],
  validations: [
    {
      cel: 'variables.autoscalers.size() == 0 || !has(object.spec.replicas)',
      message: 'git says how many replicas it has, and so does an autoscaler',
    },
    { cel: 'variables.autoscalers.size() < 2', message: 'two autoscalers scale it, one against the other' },
    {
      cel: 'variables.autoscalers.all(a, a.?minReplicas.orValue(1) < a.maxReplicas)',
      message: 'its autoscaler has nothing to choose: minReplicas is not less than maxReplicas',
    },
  ],
  pass: [workload(), unfixed(scaled({ autoscalers: [autoscaler] }))],
  fail: [
    scaled({ autoscalers: [autoscaler] }),
    unfixed(scaled({ autoscalers: [autoscaler, autoscaler] })),
    unfixed(scaled({ autoscalers: [{ minReplicas: 4, maxReplicas: 4 }] })),
  ],
  mutations: [
    {
      on: 'apps/Deployment',
      where: { namespace: 'gateway' },
      change: [{ path: '/spec/replicas', value: 3 }],
    },
    {
      on: 'autoscaling/HorizontalPodAutoscaler',
      where: { namespace: 'router' },
      change: [{ path: '/spec/maxReplicas', value: 1 }],
    },
  ],
})

/** As it is rendered for a workload that an autoscaler scales. */
function unfixed(example: ReturnType<typeof workload>) {
  const { replicas: _, ...spec } = example.spec
  return { ...example, spec }
}
