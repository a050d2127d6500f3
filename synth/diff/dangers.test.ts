import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { Changes, type ObjectChange, type Place } from './change.ts'
import { loosenedNodes } from './dangers/nodes.ts'
import { signs } from './dangers/signs.ts'
import { dangersOf } from './dangers.ts'
import { differingDocuments } from './documents.ts'
import { FileChanges } from './lines.ts'

/** One way to hurt the fleet: an object as it is rendered, what a pull request makes of it, what must be said. */
interface Case {
  readonly sign: string
  /** A file of rendered/, or the object itself. */
  readonly before: string
  /** Empty: the object is removed. */
  readonly after: string | ((before: string) => string)
  readonly says: RegExp
  readonly why?: Place['why']
}

const router = rendered('apps/router/small/statefulset-router.yaml')
const policy = rendered('apps/router/small/networkpolicy-router.yaml')
const scaler = rendered('apps/router/small/horizontalpodautoscaler-router.yaml')
const service = rendered('apps/router/small/service-router.yaml')
const budget = rendered('apps/router/small/poddisruptionbudget-router.yaml')
const rule = rendered('apps/policies/all/validatingadmissionpolicy-meridian-tls-on-service-ports.yaml')
const binding = rendered('apps/policies/all/validatingadmissionpolicybinding-meridian-image-by-digest.yaml')
const lists = rendered('clusters/fra1/apps/applications.yaml').split('---\n')
const application = listed('Application', 'router')
const chart = listed('Application', 'cert-manager')
const project = listed('AppProject', 'workloads')
const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: reader
rules:
- apiGroups:
  - ""
  resources:
  - pods
  verbs:
  - get
`
const grant = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: readers
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: reader
subjects:
- kind: ServiceAccount
  name: agent
  namespace: observability
`
const storage = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: encrypted
provisioner: rancher.io/local-path
reclaimPolicy: Retain
parameters:
  nodePath: /var/lib/meridian
`
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: plans.upgrade.cattle.io
spec:
  scope: Namespaced
  versions:
  - name: v1
    served: true
  - name: v1beta1
    served: true
`
const job = `apiVersion: batch/v1
kind: Job
metadata:
  name: prepare
  namespace: cache
spec:
  template:
    spec:
      restartPolicy: Never
`
const space = `apiVersion: v1
kind: Namespace
metadata:
  name: cache
  labels:
    pod-security.kubernetes.io/enforce: restricted
`
const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: disk
  namespace: cache
spec:
  storageClassName: encrypted
`
const gate = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: cert-manager
webhooks:
- name: webhook.cert-manager.io
  failurePolicy: Fail
`
const quota = `apiVersion: v1
kind: ResourceQuota
metadata:
  name: quota
  namespace: cache
`
const logs = `apiVersion: v1
kind: ConfigMap
metadata:
  name: logs
data:
  vector.json: |
    {
      "retention": "365d",
      "level": "info"
    }
`

const cases: readonly Case[] = [
  { sign: 'data-loss', before: router, after: '', says: /deleted \(auto-sync prunes\): its pods go/ },
  { sign: 'data-loss', before: router, after: '', why: 'withdrawn', says: /deleted with its Application/ },
  { sign: 'data-loss', before: claim, after: '', says: /its volume goes with it/ },
  { sign: 'data-loss', before: definition, after: '', says: /every object of its kind/ },
  { sign: 'data-loss', before: space, after: '', says: /everything in it/ },
  {
    sign: 'application-deleted',
    before: application,
    after: '',
    says: /resources-finalizer: all that it made/,
  },
  { sign: 'application-orphans', before: chart, after: '', says: /stays in the cluster/ },
  {
    sign: 'cascade-armed',
    before: chart,
    after: replace(
      'spec:\n  project',
      '  finalizers:\n  - resources-finalizer.argocd.argoproj.io\nspec:\n  project',
    ),
    says: /its removal deletes/,
  },
  {
    sign: 'volumes-not-kept',
    before: router,
    after: replace(
      '  podManagementPolicy',
      '  persistentVolumeClaimRetentionPolicy:\n    whenScaled: Delete\n  podManagementPolicy',
    ),
    says: /deletes its volumes when it is scaled down/,
  },
  {
    sign: 'volumes-not-kept',
    before: storage,
    after: replace('Retain', 'Delete'),
    says: /no longer retains/,
  },
  {
    sign: 'crd-version-dropped',
    before: definition,
    after: replace('v1beta1\n    served: true', 'v1beta1\n    served: false'),
    says: /no longer serves v1beta1/,
  },
  {
    sign: 'retention-shortened',
    before: logs,
    after: replace('365d', '30d'),
    says: /shorter time: .*365d → 30d/,
  },
  {
    sign: 'immutable-field',
    before: router,
    after: replace(
      'matchLabels:\n      app.kubernetes.io/name: router',
      'matchLabels:\n      app.kubernetes.io/name: edge',
    ),
    says: /spec\.selector\.matchLabels\["app\.kubernetes\.io\/name"\] cannot be changed \(router → edge\)/,
  },
  {
    sign: 'immutable-field',
    before: router,
    after: replace('20Gi', '40Gi'),
    says: /spec\.volumeClaimTemplates\[disk\]\.spec\.resources\.requests\.storage cannot be changed/,
  },
  {
    sign: 'immutable-field',
    before: grant,
    after: replace('name: reader\nsubjects', 'name: writer\nsubjects'),
    says: /roleRef\.name/,
  },
  {
    sign: 'immutable-field',
    before: storage,
    after: replace('local-path', 'nfs'),
    says: /provisioner cannot/,
  },
  {
    sign: 'immutable-field',
    before: storage,
    after: replace('/var/lib/meridian', '/mnt'),
    says: /parameters\.nodePath/,
  },
  {
    sign: 'immutable-field',
    before: service,
    after: replace('spec:\n', 'spec:\n  clusterIP: None\n'),
    says: /spec\.clusterIP cannot/,
  },
  {
    sign: 'immutable-field',
    before: job,
    after: replace('Never', 'OnFailure'),
    says: /spec\.template\.spec\.restartPolicy/,
  },
  {
    sign: 'immutable-field',
    before: claim,
    after: replace('encrypted', 'plain'),
    says: /spec\.storageClassName/,
  },
  {
    sign: 'privilege-gain',
    before: router,
    after: replace(
      'allowPrivilegeEscalation: false',
      'allowPrivilegeEscalation: true\n          privileged: true',
    ),
    says: /^gains a privilege: (privileged|privilege escalation) in router$/,
  },
  {
    sign: 'privilege-gain',
    before: router,
    after: replace('enableServiceLinks', 'hostNetwork: true\n      enableServiceLinks'),
    says: /hostNetwork/,
  },
  {
    sign: 'privilege-gain',
    before: router,
    after: replace('- configMap:\n          name: router-config', '- hostPath:\n          path: /etc'),
    says: /the host's \/etc/,
  },
  {
    sign: 'privilege-gain',
    before: router,
    after: replace('            - ALL', '            - NET_RAW'),
    says: /default capabilities/,
  },
  {
    sign: 'pod-security-loosened',
    before: space,
    after: replace('restricted', 'baseline'),
    says: /restricted → baseline/,
  },
  {
    sign: 'service-account-changed',
    before: router,
    after: replace('serviceAccountName: router', 'serviceAccountName: admin'),
    says: /router → admin/,
  },
  {
    sign: 'project-widened',
    before: project,
    after: replace(
      'clusterResourceWhitelist: []',
      'clusterResourceWhitelist:\n  - group: ""\n    kind: Namespace',
    ),
    says: /cluster-scoped kind Namespace/,
  },
  {
    sign: 'rbac-escalation',
    before: role,
    after: replace('- pods', '- secrets'),
    says: /may now get secrets/,
  },
  { sign: 'rbac-escalation', before: role, after: replace('- get', '- "*"'), says: /may now \* pods/ },
  {
    sign: 'rbac-gain',
    before: role,
    after: replace('- get', '- get\n  - delete'),
    says: /^may now delete pods$/,
  },
  {
    sign: 'rbac-gain',
    before: grant,
    after: replace('name: agent', 'name: other'),
    says: /gives ServiceAccount observability other the rights of reader/,
  },
  {
    sign: 'rbac-escalation',
    before: grant,
    after: replace('name: reader\nsubjects', 'name: cluster-admin\nsubjects'),
    says: /agent cluster-admin/,
  },
  {
    sign: 'replicas-zero',
    before: scaler,
    after: replace('minReplicas: 2', 'minReplicas: 0'),
    says: /minReplicas 2 → 0/,
  },
  {
    sign: 'replicas-fewer',
    before: scaler,
    after: replace('maxReplicas: 3', 'maxReplicas: 2'),
    says: /maxReplicas 3 → 2/,
  },
  {
    sign: 'drain-blocked',
    before: budget,
    after: (text) => text.replace(/(max|min)(Unav|Av)ailable: .*/, 'maxUnavailable: 0'),
    says: /maxUnavailable is 0/,
  },
  { sign: 'disruption-budget-removed', before: budget, after: '', says: /all its pods at once/ },
  { sign: 'autoscaler-removed', before: scaler, after: '', says: /no longer grows/ },
  {
    sign: 'probe-removed',
    before: router,
    after: (text) => text.replace(/ {8}readinessProbe:\n( {10}.*\n)+/, ''),
    says: /router loses its readinessProbe/,
  },
  { sign: 'app-removed', before: router, after: '', why: 'withdrawn', says: /leaves clusters/ },
  { sign: 'workload-removed', before: service, after: '', says: /name no longer resolves/ },
  {
    sign: 'service-port-removed',
    before: service,
    after: replace('port: 8443', 'port: 9443'),
    says: /port 8443/,
  },
  {
    sign: 'roll-out-at-once',
    before: router,
    after: replace('  volumeClaimTemplates', '  updateStrategy:\n    type: OnDelete\n  volumeClaimTemplates'),
    says: /OnDelete/,
  },
  {
    sign: 'memory-less',
    before: router,
    after: replace('memory: "3Gi"', 'memory: "512Mi"'),
    says: /3Gi → 512Mi/,
  },
  { sign: 'policy-removed', before: rule, after: '', says: /no longer holds objects/ },
  { sign: 'policy-removed', before: binding, after: '', says: /binds nobody/ },
  { sign: 'policy-removed', before: gate, after: '', says: /nothing asks it/ },
  {
    sign: 'policy-loosened',
    before: binding,
    after: (text) => text.replace(/validationActions:\n(?: {2}- .*\n)+/, 'validationActions: []\n'),
    says: /does less: .* → nothing/,
  },
  {
    sign: 'policy-loosened',
    before: binding.replace(/- (Warn|Audit)/, '- Deny'),
    after: binding,
    says: /does less: Deny/,
  },
  {
    sign: 'policy-loosened',
    before: binding,
    after: replace(/(matchLabels:\n\s+)meridian\/admission: enforced/, '$1meridian/admission: never'),
    says: /namespaceSelector changes/,
  },
  {
    sign: 'policy-loosened',
    before: rule,
    after: replace('failurePolicy: Fail', 'failurePolicy: Ignore'),
    says: /when it fails/,
  },
  {
    sign: 'policy-loosened',
    before: rule,
    after: (text) =>
      text.replace(/ {2}validations:\n(?: {2}[- ].*\n)+?(?= {2}variables)/, '  validations: []\n'),
    says: /drops a validation/,
  },
  {
    sign: 'policy-loosened',
    before: rule,
    after: replace('  matchConditions:\n', '  matchConditions:\n  - expression: "false"\n    name: never\n'),
    says: /fewer objects: only where false/,
  },
  {
    sign: 'policy-loosened',
    before: gate,
    after: replace('Policy: Fail', 'Policy: Ignore'),
    says: /webhook\.cert-manager\.io lets/,
  },
  { sign: 'limits-removed', before: quota, after: '', says: /all of a node/ },
  { sign: 'network-policy-removed', before: policy, after: '', says: /other policies alone/ },
  {
    sign: 'network-opened',
    before: policy,
    after: replace('  - Ingress\n', ''),
    says: /no longer rules ingress/,
  },
  {
    sign: 'network-opened',
    before: policy,
    after: replace('  egress:\n', '  egress:\n  - ports:\n    - port: 443\n'),
    says: /opens egress to any peer/,
  },
  {
    sign: 'network-opened',
    before: cidr('10.1.0.0/16'),
    after: cidr('10.0.0.0/8'),
    says: /widens egress from 10\.1\.0\.0\/16 to 10\.0\.0\.0\/8/,
  },
  {
    sign: 'network-opened',
    before: cidr('fd00::/8'),
    after: cidr('::/0'),
    says: /widens egress from fd00::\/8/,
  },
  {
    sign: 'network-opened',
    before: cidr('10.1.0.0/16', '10.1.2.0/24'),
    after: cidr('10.1.0.0/16'),
    says: /into 10\.1\.2\.0\/24/,
  },
  {
    sign: 'network-peer-added',
    before: cidr('10.1.0.0/16'),
    after: cidr('10.2.0.0/16'),
    says: /out to 10\.2\.0\.0\/16/,
  },
  {
    sign: 'network-peer-added',
    before: policy,
    after: replace('  - from:\n', '  - from:\n    - podSelector: {}\n'),
    says: /all pods in its own namespace/,
  },
  {
    sign: 'service-exposed',
    before: service,
    after: (text) => `${text.replace(/\n {2}type: .*/, '')}  type: LoadBalancer\n`,
    says: /LoadBalancer/,
  },
  {
    sign: 'auto-sync-changed',
    before: application,
    after: replace('    automated:\n      prune: true\n      selfHeal: true\n', ''),
    says: /auto-sync is switched off/,
  },
  {
    sign: 'auto-sync-changed',
    before: application,
    after: replace('prune: true', 'prune: false'),
    says: /prune is switched off/,
  },
  {
    sign: 'auto-sync-changed',
    before: application,
    after: replace('selfHeal: true', 'selfHeal: false'),
    says: /selfHeal is switched off/,
  },
  {
    sign: 'auto-sync-changed',
    before: application.replace('    automated:\n      prune: true\n      selfHeal: true\n', ''),
    after: application,
    says: /auto-sync is switched on/,
  },
  {
    sign: 'source-changed',
    before: application,
    after: replace('meridian-example', 'elsewhere'),
    says: /another repository/,
  },
  {
    sign: 'wave-left',
    before: application,
    after: replace(/targetRevision: wave\/\w+/, 'targetRevision: main'),
    says: /→ main/,
  },
  {
    sign: 'project-changed',
    before: application,
    after: replace('project: workloads', 'project: platform'),
    says: /workloads → platform/,
  },
  {
    sign: 'drift-ignored',
    before: application,
    after: replace(
      'spec:\n',
      'spec:\n  ignoreDifferences:\n  - kind: Service\n    jsonPointers:\n    - /spec\n',
    ),
    says: /ignores more/,
  },
  {
    sign: 'chart-downgrade',
    before: chart,
    after: replace(/targetRevision: v1\.\d+/, 'targetRevision: v1.2'),
    says: /older chart/,
  },
  {
    sign: 'image-without-digest',
    before: router,
    after: replace(/@sha256:0+/, ''),
    says: /without a digest/,
  },
  {
    sign: 'image-placeholder',
    before: router.replace(/@sha256:0+/, `@sha256:${'1'.repeat(64)}`),
    after: router.replace(/@sha256:\d+/, `@sha256:${'0'.repeat(64)}`),
    says: /zeros/,
  },
  {
    sign: 'registry-changed',
    before: router,
    after: replace(/image: "[^/]+/, 'image: "docker.io'),
    says: /another registry: .* → docker\.io/,
  },
  {
    sign: 'image-downgrade',
    before: router,
    after: replace('router:0.1.0', 'router:0.0.9'),
    says: /0\.1\.0 → 0\.0\.9/,
  },
]

for (const [index, { sign, before, after, says, why }] of cases.entries()) {
  test(`${sign} is seen (${index}: ${says.source})`, (t) => {
    const text = typeof after === 'function' ? after(before) : after
    t.not(text, before, 'the case changes nothing')
    const found = dangersOf(changesOf(before, text, why), [])
    t.true(
      found.some(({ id, sentence }) => id === sign && says.test(sentence)),
      JSON.stringify(found.map(({ id, sentence }) => `${id}: ${sentence}`)),
    )
    const [worst] = found
    t.deepEqual(worst?.clusters, ['fra1'])
  })
}

test('every sign has a case', (t) => {
  const shown = new Set(cases.map(({ sign }) => sign))
  t.deepEqual(
    signs.map(({ id }) => id).filter((id) => !shown.has(id)),
    [],
  )
})

test('what makes things safer, or is routine, is no danger', (t) => {
  const routine: readonly [string, string][] = [
    [router, router.replace('router:0.1.0@', 'router:0.2.0@')],
    [scaler, scaler.replace('maxReplicas: 3', 'maxReplicas: 5')],
    [cidr('10.0.0.0/8'), cidr('10.1.0.0/16')],
    [cidr('10.1.0.0/16'), cidr('10.1.0.0/16', '10.1.2.0/24')],
    [role, role.replace('- get', '- list').replace('- list', '- get')],
    [chart, chart.replace(/targetRevision: v1\.\d+/, 'targetRevision: v1.999')],
    ['', policy],
    ['', router],
  ]
  for (const [before, after] of routine) {
    t.deepEqual(
      dangersOf(changesOf(before, after), []).map(({ sentence }) => sentence),
      [],
    )
  }
})

test('the same danger on several objects is one, with all of them', (t) => {
  const [one] = changesOf(router, '')
  const two = changesOf(router.replaceAll('router', 'cache'), '')
  const found = dangersOf([...(one ? [one] : []), ...two], []).filter(({ id }) => id === 'data-loss')
  t.is(found.length, 1)
  t.deepEqual(found[0]?.objects, ['router: StatefulSet router', 'router: StatefulSet cache'])
})

test('a hardening setting that leaves a node is seen, and one that only moves is not', (t) => {
  const config = rendered('nodes/server-ha/config.yaml')
  const lines = config.split('\n')
  const without = lines.filter((line) => !line.startsWith('secrets-encryption:')).join('\n')
  t.deepEqual(loosened(config, without), ['changes secrets-encryption: secrets at rest may lie open'])
  const moved = [
    ...lines.filter((line) => !line.startsWith('secrets-encryption')),
    ...lines.filter((line) => line.startsWith('secrets-encryption')),
  ]
  t.deepEqual(loosened(config, moved.join('\n')), [])
})

function loosened(before: string, after: string): readonly string[] {
  const files = new FileChanges()
  files.add('nodes/server-ha/config.yaml', before, after, [])
  return files.all().flatMap(loosenedNodes)
}

function changesOf(before: string, after: string, why: Place['why'] = 'edited'): readonly ObjectChange[] {
  const changes = new Changes()
  for (const pair of differingDocuments(before, after)) {
    changes.add({ scope: 'app', subject: 'router', why }, pair, { variant: 'small' }).clusters.push(['fra1'])
  }
  return changes.all()
}

function replace(what: string | RegExp, by: string): (text: string) => string {
  return (text) => text.replace(what, by)
}

function cidr(network: string, except?: string): string {
  const list = except ? `\n        except:\n        - ${except}` : ''
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: upstreams
  namespace: router
spec:
  egress:
  - ports:
    - port: 443
    to:
    - ipBlock:
        cidr: ${network}${list}
  policyTypes:
  - Egress
`
}

function rendered(path: string): string {
  return readFileSync(join(import.meta.dirname, '../../rendered', path), 'utf8')
}

function listed(kind: string, name: string): string {
  return lists.find((text) => text.includes(`kind: ${kind}\nmetadata:\n  name: ${name}\n`)) ?? ''
}
