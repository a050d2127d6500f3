import { pod, workload } from '../pods.examples.ts'
import { ACCOUNT, granted, IDLE, POD_KINDS, POD_SPEC } from '../pods.ts'
import { defineRule, type Permission, type Rule } from '../rule.ts'

const permissions: Permission[] = [
  {
    where: 'node-agents/system-upgrade',
    allows: ['no resources of its own'],
    why: 'The upgrade controller makes these jobs and sets none on their containers.',
    instead:
      'The LimitRange of the namespace gives each container a request and a limit, the quota bounds their sum.',
  },
]

const container = (requests: object, limits: object) => ({ name: 'app', resources: { requests, limits } })
const bounded = container({ cpu: '100m', memory: '64Mi' }, { cpu: '1', memory: '128Mi' })

/** Ephemeral containers cannot have resources, so they are not asked. */
function each(what: string, where: 'requests' | 'limits'): Rule['validations'][number] {
  const holds = `has(c.resources) && has(c.resources.${where}) && ['cpu', 'memory'].all(n, n in c.resources.${where})`
  return {
    cel: `variables.idle || variables.account in ${granted(permissions)} || variables.bounded.all(c, ${holds})`,
    message: `a container has no ${what} of CPU and memory`,
    messageCel: `'no ${what} of CPU and memory: container ' + variables.bounded.filter(c, !(${holds})).map(c, string(c.name)).join(', ')`,
  }
}

export default defineRule({
  id: 'resources-bounded',
  title: 'Every container says what it needs and how much it may take',
  why: 'Without a request the scheduler packs blindly, without a limit one container starves the node: an outage, or denial of service made easy.',
  mend: 'Give the container requests and limits of cpu and memory; the sizes of an app are in its sizes.ts.',
  controls: ['SOC 2 A1.1', 'ISO 27001 A.8.6', 'GDPR 32(1)(b)'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: [...POD_KINDS] },
  variables: [
    POD_SPEC,
    ACCOUNT,
    IDLE,
    { name: 'bounded', cel: 'variables.pod.containers + variables.pod.?initContainers.orValue([])' },
  ],
  validations: [each('request', 'requests'), each('limit', 'limits')],
  permissions,
  pass: [
    workload({ containers: [bounded], initContainers: [bounded] }),
    pod({ containers: [bounded], ephemeralContainers: [{ name: 'debug' }] }),
    workload({ containers: [{ name: 'server' }] }, { spec: { replicas: 0 } }),
    workload(
      { serviceAccountName: 'system-upgrade', containers: [{ name: 'upgrade' }] },
      { kind: 'Job', namespace: 'node-agents' },
    ),
  ],
  fail: [
    workload({ containers: [{ name: 'app' }] }),
    workload({ containers: [bounded, container({ cpu: '1' }, { cpu: '1', memory: '1Gi' })] }),
    workload({
      containers: [bounded],
      initContainers: [container({ cpu: '1', memory: '1Gi' }, { cpu: '1' })],
    }),
    workload({ serviceAccountName: 'system-upgrade', containers: [{ name: 'app' }] }, { kind: 'Job' }),
  ],
  mutations: [
    {
      on: 'apps/StatefulSet',
      change: [{ path: '/spec/template/spec/containers/0/resources/limits/memory', remove: true }],
    },
    { on: 'apps/DaemonSet', change: [{ path: '/spec/template/spec/containers/0/resources', remove: true }] },
  ],
})
