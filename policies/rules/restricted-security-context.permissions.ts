import type { Permission } from '../rule.ts'

/** The one namespace in which a pod may have more than the restricted profile. */
export const AGENTS_NAMESPACE = 'node-agents'

/**
 * Rights beyond the restricted profile: a right of this list, or `host-path ro <path>` (every mount read-only),
 * or `host-path rw <path>`, for exactly that path.
 */
type Right =
  | 'host-namespaces'
  | 'host-ports'
  | 'privileged'
  | 'privilege-escalation'
  | 'capabilities'
  | 'root'
  | 'seccomp'
  | 'writable-root'
  | `host-path ${'ro' | 'rw'} /${string}`

interface Agent {
  readonly allows: readonly Right[]
  readonly why: string
  readonly instead: string
}

/**
 * Node agents by the service account that they run as, which the API server sets and RBAC guards: what each may do
 * beyond the restricted profile. Whatever is not listed holds for them as for everything else.
 */
export const AGENTS: Readonly<Record<string, Agent>> = {
  'log-agent': {
    allows: [
      'root',
      'host-path ro /var/log/pods',
      'host-path ro /var/log/kubernetes/audit',
      'host-path ro /proc',
      'host-path ro /sys',
      'host-path rw /var/lib/meridian/vector',
    ],
    why: "Logs are files of the node that root alone reads, the node's figures lie in /proc and /sys, and what is not yet sent must outlive the pod.",
    instead:
      'All but its own folder is mounted read-only, and without capabilities or host namespaces root sees no further.',
  },
  'nvidia-device-plugin': {
    allows: ['root', 'host-path rw /var/lib/kubelet/device-plugins'],
    why: 'It registers with the kubelet over a socket in a folder that only root may write.',
    instead: 'No capability, no privilege, read-only root, and it runs only on nodes that have a GPU.',
  },
  'spiffe-csi-driver': {
    allows: [
      'root',
      'privileged',
      'privilege-escalation',
      'host-path rw /var/lib/kubelet/plugins/spiffe.csi.cert-manager.io',
      'host-path rw /var/lib/kubelet/plugins_registry',
      'host-path rw /var/lib/kubelet/pods',
      'host-path rw /tmp/cert-manager-csi-driver',
    ],
    why: 'It mounts certificates into the pods of its node, which Linux lets only a privileged container do.',
    instead:
      'Read-only root, no host namespaces, no added capability, and it asks for certificates only as the pod.',
  },
  'system-upgrade': {
    allows: [
      'root',
      'privileged',
      'privilege-escalation',
      'capabilities',
      'seccomp',
      'writable-root',
      'host-namespaces',
      'host-path rw /',
    ],
    why: 'An upgrade job replaces the K3s binary of its node and restarts the service, which is to be root there.',
    instead:
      'It runs only while a reviewed Plan changes the version, one node at a time, from an image of ours.',
  },
}

/** The same for the compliance matrix. */
export const permissions: Permission[] = Object.entries(AGENTS).map(([account, agent]) => ({
  where: `${AGENTS_NAMESPACE}/${account}`,
  allows: [...agent.allows],
  why: agent.why,
  instead: agent.instead,
}))

/** `variables.permitted`: the rights of the object's service account, needs POD_SPEC before it. */
export const PERMITTED = {
  name: 'permitted',
  cel: `object.metadata.?namespace.orValue('') != '${AGENTS_NAMESPACE}' ? [] : {
${Object.entries(AGENTS)
  .map(([account, { allows }]) => `  '${account}': [${allows.map((right) => `'${right}'`).join(', ')}]`)
  .join(',\n')}
}[?variables.pod.?serviceAccountName.orValue('')].orValue([])`,
}
