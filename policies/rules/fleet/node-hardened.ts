import { defineRule } from '../../rule.ts'
import { node } from './views.examples.ts'

const { args, config, kubelet } = node().spec
const apiserver = args['kube-apiserver']

/** Numbers: CIS Kubernetes benchmark, as https://docs.k3s.io/security/hardening-guide applies it to K3s. */
export default defineRule({
  id: 'node-hardened',
  title:
    'Nodes are configured by the CIS benchmark: nobody anonymous, TLS 1.3, kernel defaults, Pod Security',
  why: 'The control plane and the kubelet hold every other control; their defaults favour compatibility.',
  mend: 'nodes/config.ts, nodes/kubelet.ts, nodes/admission.ts and nodes/sysctl.ts: put back what the message names.',
  controls: ['PCI DSS 2.2.1', 'PCI DSS 2.2.7', 'SOC 2 CC6.1', 'SOC 2 CC6.6', 'ISO 27001 A.8.9'],
  scope: 'fleet',
  match: { kinds: ['fleet.meridian/Node'] },
  variables: [
    { name: 'server', cel: 'object.spec.server' },
    { name: 'api', cel: `object.spec.args[?'kube-apiserver'].orValue({})` },
    {
      name: 'oldTls',
      cel: `['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].filter(p,
object.spec.args[?p][?'tls-min-version'].orValue('') != 'VersionTLS13')`,
    },
  ],
  validations: [
    {
      cel: `!variables.server || variables.api[?'anonymous-auth'].orValue('') == 'false'`,
      message: 'CIS 1.2.1: the API server answers anonymous requests',
    },
    {
      cel: '!variables.server || variables.oldTls.size() == 0',
      message: 'CIS 1.2.29: a component of the control plane takes TLS older than 1.3',
      messageCel: `'CIS 1.2.29: TLS older than 1.3 at ' + variables.oldTls.join(', ')`,
    },
    {
      cel: `!variables.server || ['NodeRestriction', 'EventRateLimit'].all(p,
p in variables.api[?'enable-admission-plugins'].orValue('').split(','))`,
      message: 'CIS 1.2.9, 1.2.14: NodeRestriction or EventRateLimit is not among the admission plugins',
    },
    {
      cel: `!variables.server || object.spec.admission.?plugins.orValue([]).exists(p,
p.name == 'PodSecurity' && p.?configuration.?defaults.?enforce.orValue('') == 'restricted')`,
      message: 'CIS 5.2: Pod Security is not restricted where a namespace says nothing',
    },
    {
      cel: `!variables.server || (variables.api[?'profiling'].orValue('') == 'false' &&
object.spec.config[?'write-kubeconfig-mode'].orValue('') == '0600')`,
      message: 'CIS 1.2.15, 4.1.5: the API server can be profiled, or its kubeconfig be read by others',
    },
    {
      cel: `!variables.server || object.spec.config[?'flannel-backend'].orValue('') == 'wireguard-native'`,
      message: 'traffic of pods between nodes is not encrypted where it is not TLS',
    },
    {
      cel: `object.spec.kubelet.?authentication.?anonymous.?enabled.orValue(true) == false &&
object.spec.kubelet.?authorization.?mode.orValue('') == 'Webhook' && object.spec.kubelet.?readOnlyPort.orValue(10255) == 0`,
      message: 'CIS 4.2.1, 4.2.2, 4.2.4: the kubelet answers without asking who and what',
    },
    {
      cel: `object.spec.kubelet.?tlsMinVersion.orValue('') == 'VersionTLS13' && object.spec.kubelet.?seccompDefault.orValue(false)`,
      message: 'CIS 4.2.12, 4.2.14: the kubelet takes TLS older than 1.3, or runs pods without seccomp',
    },
    {
      cel: `object.spec.config[?'protect-kernel-defaults'].orValue(false) == true &&
['vm.overcommit_memory=1', 'kernel.panic=10', 'kernel.panic_on_oops=1'].all(s,
object.spec.sysctl[?s.split('=')[0]].orValue('') == s.split('=')[1])`,
      message:
        'CIS 4.2.6: the kubelet does not insist on the kernel settings that it needs, or sysctl.conf lacks them',
    },
  ],
  pass: [node(), node({ server: false, args: {}, admission: {} })],
  fail: [
    node({ args: { ...args, 'kube-apiserver': { ...apiserver, 'anonymous-auth': 'true' } } }),
    node({ args: { ...args, 'kube-scheduler': {} } }),
    node({
      args: { ...args, 'kube-apiserver': { ...apiserver, 'enable-admission-plugins': 'NodeRestriction' } },
    }),
    node({ admission: {} }),
    node({ config: { ...config, 'write-kubeconfig-mode': '0644' } }),
    node({ config: { ...config, 'flannel-backend': 'vxlan' } }),
    node({ kubelet: { ...kubelet, readOnlyPort: 10255 } }),
    node({ kubelet: { ...kubelet, tlsMinVersion: 'VersionTLS12' } }),
    node({ config: { ...config, 'protect-kernel-defaults': false } }),
    node({ sysctl: {} }),
  ],
  mutations: [
    {
      on: 'fleet.meridian/Node',
      change: [{ path: '/spec/args/kube-apiserver/anonymous-auth', value: 'true' }],
    },
    { on: 'fleet.meridian/Node', change: [{ path: '/spec/kubelet/tlsMinVersion', remove: true }] },
    { on: 'fleet.meridian/Node', change: [{ path: '/spec/config/protect-kernel-defaults', remove: true }] },
  ],
})
