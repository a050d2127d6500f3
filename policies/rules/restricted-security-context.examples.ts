type Fields = Readonly<Record<string, unknown>>

const SECURE = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
}

/** A container that satisfies the rule, but for the fields given. */
const container = (securityContext: Fields = {}, fields: Fields = {}) => ({
  name: 'app',
  image: 'registry.example/app',
  securityContext: { ...SECURE, ...securityContext },
  ...fields,
})

/** A pod that satisfies the rule, but for the fields given. */
const spec = (fields: Fields = {}) => ({ containers: [container()], ...fields })

const pod = (podSpec: Fields, namespace = 'example') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'app', namespace },
  spec: podSpec,
})

const agent = (serviceAccountName: string, fields: Fields, namespace = 'node-agents') => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: serviceAccountName, namespace },
  spec: { template: { spec: spec({ serviceAccountName, ...fields }) } },
})

const hostPath = (path: string) => [{ name: 'host', hostPath: { path } }]
const mount = (readOnly: boolean) => ({ volumeMounts: [{ name: 'host', mountPath: '/host', readOnly }] })
const ROOT = { runAsNonRoot: false, runAsUser: 0 }
const PRIVILEGED = { privileged: true, allowPrivilegeEscalation: true }
const { runAsNonRoot, seccompProfile, ...ONLY_CONTAINER } = SECURE

export const pass = [
  pod(spec({ initContainers: [container()], volumes: [{ name: 'tmp', emptyDir: {} }] })),
  // What the profile lets the pod say for all its containers.
  pod({
    containers: [{ name: 'app', securityContext: ONLY_CONTAINER }],
    securityContext: { runAsNonRoot, seccompProfile },
  }),
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'app', namespace: 'example' },
    spec: { jobTemplate: { spec: { template: { spec: spec() } } } },
  },
  agent('log-agent', { containers: [container(ROOT, mount(true))], volumes: hostPath('/var/log/pods') }),
  agent('nvidia-device-plugin', {
    containers: [container(ROOT, mount(false))],
    volumes: hostPath('/var/lib/kubelet/device-plugins'),
  }),
  agent('spiffe-csi-driver', {
    containers: [container({ ...ROOT, ...PRIVILEGED }, mount(false))],
    volumes: hostPath('/var/lib/kubelet/pods'),
  }),
  pod(
    {
      serviceAccountName: 'system-upgrade',
      hostPID: true,
      hostIPC: true,
      hostNetwork: true,
      containers: [
        { name: 'upgrade', securityContext: { privileged: true, capabilities: { add: ['CAP_SYS_BOOT'] } } },
      ],
      volumes: hostPath('/'),
    },
    'node-agents',
  ),
]

export const fail = [
  pod(spec({ hostNetwork: true })),
  pod(spec({ hostPID: true })),
  pod(spec({ hostIPC: true })),
  pod(spec({ volumes: hostPath('/var/log/pods') })),
  pod(spec({ volumes: [{ name: 'share', nfs: { server: 'nas.example', path: '/' } }] })),
  pod(spec({ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] } })),
  pod(spec({ containers: [container({}, { ports: [{ containerPort: 443, hostPort: 443 }] })] })),
  pod(spec({ containers: [container(PRIVILEGED)] })),
  pod(spec({ containers: [container({ allowPrivilegeEscalation: undefined })] })),
  pod(spec({ containers: [container({ capabilities: undefined })] })),
  pod(spec({ containers: [container({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } })] })),
  pod(spec({ containers: [container({ runAsNonRoot: undefined })] })),
  pod(spec({ containers: [container({ runAsUser: 0 })] })),
  pod(spec({ securityContext: { runAsUser: 0 } })),
  // What a container says wins over what its pod says.
  pod(spec({ containers: [container({ runAsNonRoot: false })], securityContext: { runAsNonRoot } })),
  pod(spec({ containers: [container({ seccompProfile: undefined })] })),
  pod(
    spec({
      containers: [container({ seccompProfile: { type: 'Unconfined' } })],
      securityContext: { seccompProfile },
    }),
  ),
  pod(spec({ containers: [container({ readOnlyRootFilesystem: false })] })),
  pod(spec({ hostUsers: false, containers: [container({ procMount: 'Unmasked' })] })),
  pod(spec({ containers: [container({ seLinuxOptions: { type: 'spc_t' } })] })),
  pod(spec({ securityContext: { seLinuxOptions: { user: 'system_u' } } })),
  pod(spec({ containers: [container({ appArmorProfile: { type: 'Unconfined' } })] })),
  pod(spec({ hostNetwork: true, securityContext: { windowsOptions: { hostProcess: true } } })),
  pod(
    spec({
      containers: [container({}, { livenessProbe: { httpGet: { port: 80, host: '169.254.169.254' } } })],
    }),
  ),
  pod(
    spec({ containers: [container({}, { lifecycle: { preStop: { tcpSocket: { port: 1, host: 'db' } } } })] }),
  ),
  // Containers of every sort, in every kind.
  pod(spec({ initContainers: [{ name: 'init' }] })),
  pod(spec({ ephemeralContainers: [container(PRIVILEGED)] })),
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app' },
    spec: { template: { spec: { containers: [{ name: 'app' }] } } },
  },
  // A permission ends at its namespace, its account, its path and its read-only mount.
  agent(
    'log-agent',
    { containers: [container(ROOT, mount(true))], volumes: hostPath('/var/log/pods') },
    'example',
  ),
  agent('another', { containers: [container(ROOT)] }),
  agent('log-agent', { volumes: hostPath('/var/log') }),
  agent('log-agent', { containers: [container({}, mount(false))], volumes: hostPath('/var/log/pods') }),
  agent('log-agent', { containers: [container(PRIVILEGED)] }),
  agent('spiffe-csi-driver', { hostNetwork: true }),
  agent('spiffe-csi-driver', { containers: [container({ capabilities: { add: ['SYS_ADMIN'] } })] }),
]
