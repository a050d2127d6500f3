import { workload } from '../pods.examples.ts'
import { ACCOUNT, granted, IDLE, POD_SPEC } from '../pods.ts'
import { defineRule, type Permission } from '../rule.ts'

const DRIVER = 'spiffe.csi.cert-manager.io'
/** The names that ports of TLS have here; probes and metrics are on ports named otherwise. */
const TLS_PORTS = `['bus', 'grpc', 'http3', 'https', 'otlp', 'redis']`

const permissions: Permission[] = [
  {
    where: 'cert-manager/cert-manager-webhook',
    allows: ['a certificate of its own'],
    why: 'It serves the API server before there is anyone who could issue a certificate for it.',
    instead:
      'It signs one by a certificate authority of its own, which the API server is told to trust for it alone.',
  },
  {
    where: 'argocd/default',
    allows: ['no certificate'],
    why: "Argo CD's Redis: the official chart offers it no TLS, and Argo CD starts before there are identities.",
    instead:
      'It asks for a password, only the pods of Argo CD reach it, and between nodes WireGuard encrypts.',
  },
]

const serving = (volumes: readonly object[], mounts: readonly string[], port = 'https') => ({
  serviceAccountName: 'app',
  containers: [
    {
      name: 'app',
      ports: [{ name: port, containerPort: 8443 }],
      volumeMounts: mounts.map((name) => ({ name, mountPath: '/var/run/secrets/spiffe.io', readOnly: true })),
    },
  ],
  volumes,
})
const certificate = (driver = DRIVER, readOnly = true) => ({ name: 'certificate', csi: { driver, readOnly } })

const MOUNTED = `c.?volumeMounts.orValue([]).exists(m, variables.certificates.exists(v, v.name == m.name))`
const SERVES = `c.?ports.orValue([]).exists(p, p.?name.orValue('') in ${TLS_PORTS})`

export default defineRule({
  id: 'identity-on-tls-ports',
  title: 'Whatever serves TLS does so by its own SPIFFE certificate',
  why: 'Without a certificate of its own a service is known to nobody: its peers would have to trust an address or a shared key.',
  mend: 'Give the workload an identity (apps/_lib/identity.ts): a read-only volume of the CSI driver, renewed in place.',
  controls: ['PCI DSS 4.2.1', 'SOC 2 CC6.1', 'SOC 2 CC6.7', 'ISO 27001 A.8.5', 'ISO 27001 A.8.24'],
  scope: 'object',
  stage: 'warn',
  match: { kinds: ['apps/DaemonSet', 'apps/Deployment', 'apps/StatefulSet'] },
  variables: [
    POD_SPEC,
    ACCOUNT,
    IDLE,
    { name: 'csi', cel: 'variables.pod.?volumes.orValue([]).filter(v, has(v.csi))' },
    { name: 'certificates', cel: `variables.csi.filter(v, v.csi.driver == '${DRIVER}')` },
  ],
  validations: [
    {
      cel: `variables.idle || variables.account in ${granted(permissions)} ||
variables.pod.containers.all(c, !${SERVES} || ${MOUNTED})`,
      message: 'a container serves TLS without a SPIFFE certificate',
      messageCel: `'serves TLS without a SPIFFE certificate: container ' +
variables.pod.containers.filter(c, ${SERVES} && !${MOUNTED}).map(c, string(c.name)).join(', ')`,
    },
    {
      cel: `variables.csi.all(v, v.csi.driver == '${DRIVER}' && v.csi.?readOnly.orValue(false) == true)`,
      message: `a CSI volume in the pod is of another driver than ${DRIVER}, or can be written to`,
    },
  ],
  permissions,
  pass: [
    workload(serving([certificate()], ['certificate'])),
    workload(serving([], [], 'admin')),
    workload(
      { ...serving([], []), serviceAccountName: 'cert-manager-webhook' },
      { namespace: 'cert-manager' },
    ),
  ],
  fail: [
    workload(serving([], [])),
    workload(serving([certificate()], [])),
    workload(serving([{ name: 'certificate', secret: { secretName: 'app-tls' } }], ['certificate'], 'otlp')),
    workload(serving([certificate('csi.cert-manager.io')], ['certificate'])),
    workload(serving([certificate(DRIVER, false)], ['certificate'])),
  ],
  mutations: [
    {
      on: 'apps/StatefulSet',
      where: { name: 'router' },
      change: [{ path: '/spec/template/spec/volumes', value: [] }],
    },
    {
      on: 'apps/DaemonSet',
      where: { name: 'log-agent' },
      change: [{ path: '/spec/template/spec/volumes/-', value: certificate('csi.cert-manager.io') }],
    },
  ],
})
