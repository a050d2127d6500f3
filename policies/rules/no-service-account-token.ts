import { pod, workload } from '../pods.examples.ts'
import { ACCOUNT, granted, POD_KINDS, POD_SPEC } from '../pods.ts'
import { defineRule } from '../rule.ts'
import { permissions } from './no-service-account-token.permissions.ts'

const account = (name: string, fields: object, namespace = 'example') => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace },
  ...fields,
})

const own = (automountServiceAccountToken?: boolean, serviceAccountName = 'app') => ({
  serviceAccountName,
  automountServiceAccountToken,
  containers: [],
})
const token = [{ name: 'api', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }]

/** The same list holds for pods and accounts: an account of it may say yes once for all its pods. */
export default defineRule({
  id: 'no-service-account-token',
  title: 'No pod holds a token of the API server that it does not need',
  why: 'A token lets whoever breaks into a pod talk to the API server; most pods have nothing to say to it.',
  mend: 'Set automountServiceAccountToken: false on the pod and its account; what needs the API server is listed in the permissions of this rule.',
  controls: ['PCI DSS 7.2.5', 'SOC 2 CC6.1', 'SOC 2 CC6.3', 'ISO 27001 A.8.2'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: [...POD_KINDS, 'ServiceAccount'] },
  variables: [POD_SPEC, ACCOUNT],
  validations: [
    {
      cel: `object.kind == 'ServiceAccount' ||
variables.pod.?automountServiceAccountToken.orValue(true) == false ||
variables.account in ${granted(permissions)}`,
      message: 'the pod mounts a service account token',
      messageCel: `'automountServiceAccountToken is not false, and ' + variables.account + ' is not permitted'`,
    },
    {
      cel: `object.kind == 'ServiceAccount' || variables.account in ${granted(permissions)} ||
!variables.pod.?volumes.orValue([]).exists(v, v.?projected.?sources.orValue([]).exists(s, has(s.serviceAccountToken)))`,
      message: 'a volume brings a service account token in by itself',
    },
    {
      // Kubernetes itself makes the account `default` of a new namespace, and says nothing in it.
      cel: `object.kind != 'ServiceAccount' ||
object.?automountServiceAccountToken.orValue(object.metadata.name != 'default') == false ||
(object.metadata.?namespace.orValue('') + '/' + object.metadata.name) in ${granted(permissions)}`,
      message: 'the account gives its pods a token unless they refuse',
    },
  ],
  permissions,
  pass: [
    workload(own(false)),
    workload(own(true, 'prometheus'), { namespace: 'observability', kind: 'StatefulSet' }),
    account('app', { automountServiceAccountToken: false }),
    account('default', {}),
    account('system-upgrade', { automountServiceAccountToken: true }, 'node-agents'),
  ],
  fail: [
    workload(own(true)),
    workload(own()),
    pod({ containers: [] }),
    workload(own(true, 'prometheus')),
    workload({ ...own(false), volumes: token }),
    account('app', {}),
    account('default', { automountServiceAccountToken: true }),
  ],
  mutations: [
    {
      on: 'apps/Deployment',
      where: { name: 'gateway' },
      change: [{ path: '/spec/template/spec/automountServiceAccountToken', remove: true }],
    },
    {
      on: 'ServiceAccount',
      where: { name: 'router' },
      change: [{ path: '/automountServiceAccountToken', value: true }],
    },
  ],
})
