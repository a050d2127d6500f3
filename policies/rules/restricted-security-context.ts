import { CONTAINERS, POD_KINDS, POD_SPEC } from '../pods.ts'
import { defineRule, type Rule } from '../rule.ts'
import { fail, pass } from './restricted-security-context.examples.ts'
import { PERMITTED, permissions } from './restricted-security-context.permissions.ts'

type Validation = Rule['validations'][number]

const SAFE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

/**
 * Linux gives a privileged container every capability and no seccomp profile, whatever it says; where it is one
 * without leave, another validation reports it.
 */
const PRIVILEGED = 'c.?securityContext.?privileged.orValue(false) == true'

/**
 * The restricted profile of the Pod Security Standards (Kubernetes 1.36), and beyond it a read-only root, no added
 * capability at all and no seccomp profile but the runtime's.
 */
export default defineRule({
  id: 'restricted-security-context',
  title: 'Pods run restricted, with a read-only root',
  why: 'A container that is broken into must not become the node: no root, no privilege, no host, nothing to write to.',
  mend: 'Build the workload with the hardened construct; a node agent that needs more is listed in the permissions of this rule.',
  controls: [
    'PCI DSS 2.2.6',
    'PCI DSS 7.2.2',
    'SOC 2 CC6.1',
    'SOC 2 CC6.8',
    'ISO 27001 A.8.2',
    'ISO 27001 A.8.9',
  ],
  scope: 'object',
  stage: 'warn',
  match: { kinds: [...POD_KINDS] },
  variables: [
    POD_SPEC,
    CONTAINERS,
    PERMITTED,
    { name: 'context', cel: 'variables.pod.?securityContext.orValue({})' },
    {
      name: 'forbiddenVolumes',
      cel: `variables.pod.?volumes.orValue([]).filter(v, !(
  ${VOLUMES.map((type) => `has(v.${type})`).join(' || ')} ||
  (has(v.hostPath) && (
    ('host-path rw ' + v.hostPath.path) in variables.permitted ||
    (('host-path ro ' + v.hostPath.path) in variables.permitted && variables.containers.all(c,
      c.?volumeMounts.orValue([]).all(m, m.name != v.name || m.?readOnly.orValue(false) == true)))))))`,
    },
  ],
  validations: [
    pod(
      'shares a namespace of the host',
      `!['hostNetwork', 'hostPID', 'hostIPC'].exists(n, variables.pod[?n].orValue(false) != false)`,
      'host-namespaces',
    ),
    {
      cel: 'variables.forbiddenVolumes.size() == 0',
      message: 'a volume is of a kind that the restricted profile forbids',
      messageCel: `'not a permitted volume: ' + variables.forbiddenVolumes.map(v, string(v.name) +
(has(v.hostPath) ? ' (hostPath ' + v.hostPath.path + ')' : '')).join(', ')`,
    },
    pod(
      'sets a sysctl that is not safe',
      `variables.context.?sysctls.orValue([]).all(s, s.name in [${SAFE_SYSCTLS.map((name) => `'${name}'`).join(', ')}])`,
    ),
    containers(
      'a port of the host is taken',
      `c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0)`,
      'host-ports',
    ),
    containers('runs privileged', `c.?securityContext.?privileged.orValue(false) == false`, 'privileged'),
    containers(
      'allowPrivilegeEscalation is not false',
      `c.?securityContext.?allowPrivilegeEscalation.orValue(true) == false`,
      'privilege-escalation',
    ),
    containers(
      'capabilities are added, or not all dropped',
      `${PRIVILEGED} ||
(c.?securityContext.?capabilities.?add.orValue([]).size() == 0 &&
'ALL' in c.?securityContext.?capabilities.?drop.orValue([]))`,
      'capabilities',
    ),
    containers(
      'may run as root: runAsNonRoot is not true or runAsUser is 0',
      `c.?securityContext.?runAsNonRoot.or(variables.context.?runAsNonRoot).orValue(false) == true &&
c.?securityContext.?runAsUser.or(variables.context.?runAsUser).orValue(1) != 0`,
      'root',
    ),
    containers(
      'seccomp profile is not RuntimeDefault',
      `${PRIVILEGED} ||
c.?securityContext.?seccompProfile.?type.or(variables.context.?seccompProfile.?type).orValue('') == 'RuntimeDefault'`,
      'seccomp',
    ),
    containers(
      'root file system is not read-only',
      `c.?securityContext.?readOnlyRootFilesystem.orValue(false) == true`,
      'writable-root',
    ),
    containers('procMount is not Default', `c.?securityContext.?procMount.orValue('Default') == 'Default'`),
    containers(
      'SELinux options leave the container domain',
      `[c.?securityContext.?seLinuxOptions, variables.context.?seLinuxOptions].all(o,
  o.?type.orValue('') in ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'] &&
  o.?user.orValue('') == '' && o.?role.orValue('') == '')`,
    ),
    containers(
      'AppArmor profile is Unconfined',
      `[c.?securityContext.?appArmorProfile, variables.context.?appArmorProfile].all(o,
  o.?type.orValue('RuntimeDefault') in ['RuntimeDefault', 'Localhost'])`,
    ),
    containers(
      'is a Windows host process',
      `[c.?securityContext.?windowsOptions, variables.context.?windowsOptions].all(o,
  o.?hostProcess.orValue(false) == false)`,
    ),
    containers(
      'a probe or lifecycle hook names a host',
      `[c.?livenessProbe, c.?readinessProbe, c.?startupProbe, c.?lifecycle.?postStart, c.?lifecycle.?preStop].all(h,
  h.?httpGet.?host.orValue('') == '' && h.?tcpSocket.?host.orValue('') == '')`,
    ),
  ],
  permissions,
  pass,
  fail,
  mutations: [
    {
      on: 'apps/Deployment',
      change: [{ path: '/spec/template/spec/containers/0/securityContext/privileged', value: true }],
    },
    { on: 'apps/StatefulSet', change: [{ path: '/spec/template/spec/hostNetwork', value: true }] },
  ],
})

/** The pod holds what is said, or its agent is permitted one of the rights. */
function pod(message: string, holds: string, ...rights: string[]): Validation {
  return { cel: unless(rights, holds), message: `the pod ${message}` }
}

/** Every container (`c`) holds what is said, or its agent is permitted one of the rights. */
function containers(message: string, holds: string, ...rights: string[]): Validation {
  return {
    cel: unless(rights, `variables.containers.all(c, ${holds})`),
    message,
    messageCel: `'${message}: container ' + variables.containers.filter(c, !(${holds})).map(c, string(c.name)).join(', ')`,
  }
}

function unless(rights: readonly string[], holds: string): string {
  return [...rights.map((right) => `'${right}' in variables.permitted`), holds].join(' ||\n')
}
