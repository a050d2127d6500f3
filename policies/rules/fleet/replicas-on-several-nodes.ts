import { defineRule } from '../../rule.ts'
import { workload } from './views.examples.ts'

const pod = (scheduling: object) => ({ containers: [{ name: 'app' }], ...scheduling })
const constraint = (changes: object = {}) => ({
  labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'app' } },
  maxSkew: 1,
  topologyKey: 'kubernetes.io/hostname',
  whenUnsatisfiable: 'DoNotSchedule',
  ...changes,
})

/** On a site of one node a spread constraint puts all replicas there; anti-affinity would leave them pending. */
export default defineRule({
  id: 'replicas-on-several-nodes',
  title: 'Replicas of a workload stand on different nodes',
  why: 'Replicas that share a node fail with it, so they add no availability.',
  mend: 'Spread over kubernetes.io/hostname with maxSkew 1 and DoNotSchedule, by its own label; apps/_lib/workload.ts does.',
  controls: ['SOC 2 A1.2', 'ISO 27001 A.8.14', 'GDPR 32(1)(b)'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Workload'] },
  variables: [
    {
      name: 'spread',
      cel: `object.spec.pod.?topologySpreadConstraints.orValue([]).exists(c,
c.topologyKey == 'kubernetes.io/hostname' && c.whenUnsatisfiable == 'DoNotSchedule' && c.maxSkew == 1 &&
has(c.labelSelector.matchLabels) &&
c.labelSelector.matchLabels.all(l, object.spec.labels[?l].orValue('') == c.labelSelector.matchLabels[l]))`,
    },
    {
      name: 'apart',
      cel: `object.spec.pod.?affinity.?podAntiAffinity.?requiredDuringSchedulingIgnoredDuringExecution.orValue([]).exists(a,
a.topologyKey == 'kubernetes.io/hostname' && has(a.labelSelector.matchLabels) &&
a.labelSelector.matchLabels.all(l, object.spec.labels[?l].orValue('') == a.labelSelector.matchLabels[l]))`,
    },
  ],
  validations: [
    {
      cel: `object.spec.kind == 'DaemonSet' || object.spec.atMost < 2 || variables.spread || variables.apart`,
      message: 'nothing keeps its replicas on different nodes',
    },
  ],
  pass: [
    workload(),
    workload({
      pod: pod({
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                topologyKey: 'kubernetes.io/hostname',
                labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'app' } },
              },
            ],
          },
        },
      }),
    }),
    workload({ kind: 'DaemonSet', pod: pod({}) }),
    workload({ atMost: 1, atLeast: 1, replicas: 1, pod: pod({}) }),
  ],
  fail: [
    workload({ pod: pod({}) }),
    workload({
      pod: pod({ topologySpreadConstraints: [constraint({ whenUnsatisfiable: 'ScheduleAnyway' })] }),
    }),
    workload({ pod: pod({ topologySpreadConstraints: [constraint({ maxSkew: 2 })] }) }),
    workload({
      pod: pod({ topologySpreadConstraints: [constraint({ topologyKey: 'topology.kubernetes.io/zone' })] }),
    }),
    workload({
      pod: pod({
        topologySpreadConstraints: [
          constraint({ labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'other' } } }),
        ],
      }),
    }),
  ],
  mutations: [
    {
      on: 'apps/Deployment',
      where: { namespace: 'gateway' },
      change: [{ path: '/spec/template/spec/topologySpreadConstraints', remove: true }],
    },
    {
      on: 'apps/StatefulSet',
      where: { namespace: 'router' },
      change: [
        {
          path: '/spec/template/spec/topologySpreadConstraints/0/whenUnsatisfiable',
          value: 'ScheduleAnyway',
        },
      ],
    },
  ],
})
