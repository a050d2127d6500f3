import { createHash } from 'node:crypto'
import { k8s } from 'cdk8s-plus-28'
import { containerSecurityContext, podSecurityContext } from './hardened.ts'
import { certificateMount, identityMounts, identityVolumes } from './identity.ts'
import { podLabels } from './network.ts'
import type { Amounts, Scratch, SecretFiles, Sidecar, WorkloadProps } from './workload-props.ts'

/** The pods of a hardened workload. */
export function podTemplate(name: string, props: WorkloadProps): k8s.PodTemplateSpec {
  const identity = props.identity ?? true
  const metrics = scrape(props)
  return {
    metadata: {
      labels: podLabels(name),
      annotations: {
        ...(props.config ? { 'meridian/config-digest': digest(props.config) } : {}),
        ...(metrics
          ? { 'prometheus.io/port': String(metrics.port), 'prometheus.io/path': metrics.path }
          : {}),
      },
    },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: props.token ?? false,
      enableServiceLinks: false,
      priorityClassName: props.priorityClass ?? 'meridian-workload',
      runtimeClassName: props.runtimeClass,
      nodeSelector: props.nodeSelector && { ...props.nodeSelector },
      tolerations: props.tolerations && [...props.tolerations],
      terminationGracePeriodSeconds: props.terminationGraceSeconds ?? 45,
      securityContext: podSecurityContext,
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: podLabels(name) },
          matchLabelKeys: props.kind === 'StatefulSet' ? undefined : ['pod-template-hash'],
          // A dead node is no place to spread to: counting it would keep what ran there from starting elsewhere.
          nodeTaintsPolicy: 'Honor',
        },
        ...(props.overZones ? [overZones(name)] : []),
      ],
      containers: [
        programContainer(name, props, identity),
        ...(props.sidecars ?? []).map((s) => sidecar(name, s, props)),
      ],
      volumes: volumes(name, props, identity),
    },
  }
}

function overZones(name: string): k8s.TopologySpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: podLabels(name) },
  }
}

function programContainer(name: string, props: WorkloadProps, identity: boolean): k8s.Container {
  return {
    name,
    image: props.image,
    command: props.command && [...props.command],
    args: props.args && [...props.args],
    env: environment(props.env),
    ports: props.ports.map(({ name, port, protocol = 'TCP' }) => ({ name, containerPort: port, protocol })),
    resources: resources(props),
    securityContext: containerSecurityContext,
    ...probes(props),
    volumeMounts: mounts(name, props, identity),
  }
}

function sidecar(name: string, sidecar: Sidecar, props: WorkloadProps): k8s.Container {
  return {
    name: sidecar.name,
    image: sidecar.image,
    command: sidecar.command && [...sidecar.command],
    args: sidecar.args && [...sidecar.args],
    env: environment(sidecar.env),
    ports: sidecar.metrics && [{ name: 'metrics', containerPort: sidecar.metrics.port, protocol: 'TCP' }],
    resources: resources(sidecar),
    securityContext: containerSecurityContext,
    ...(sidecar.metrics
      ? { livenessProbe: { httpGet: { path: '/', port: k8s.IntOrString.fromNumber(sidecar.metrics.port) } } }
      : {}),
    volumeMounts: [
      ...(props.config ? [{ name: 'config', mountPath: `/etc/${name}`, readOnly: true }] : []),
      ...((props.identity ?? true) ? identityMounts : []),
      ...secretMounts(sidecar.secrets ?? props.secrets),
    ],
  }
}

function environment(env: WorkloadProps['env']): k8s.EnvVar[] | undefined {
  return (
    env &&
    Object.entries(env).map(([name, value]) =>
      typeof value === 'string' ? { name, value } : { name, valueFrom: value },
    )
  )
}

function secretMounts(secrets: readonly SecretFiles[] = []): k8s.VolumeMount[] {
  return secrets.map(({ secret, mountPath }) => ({ name: secret, mountPath, readOnly: true }))
}

function resources({ requests, limits }: { requests: Amounts; limits: Amounts }): k8s.ResourceRequirements {
  const amounts = ({ cpu, memory, gpu }: Amounts, ephemeral: string) => ({
    cpu: k8s.Quantity.fromString(cpu),
    memory: k8s.Quantity.fromString(memory),
    'ephemeral-storage': k8s.Quantity.fromString(ephemeral),
    ...(gpu ? { 'nvidia.com/gpu': k8s.Quantity.fromNumber(gpu) } : {}),
  })
  return { requests: amounts(requests, '64Mi'), limits: amounts(limits, '1Gi') }
}

function probes(
  props: WorkloadProps,
): Pick<k8s.Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'> {
  const { probes, probeCommand } = props
  const check = (kind: 'live' | 'ready'): k8s.Probe => {
    if (probeCommand) return { exec: { command: [...probeCommand[kind]] }, timeoutSeconds: 3 }
    if (!probes) throw new TypeError('a workload needs probes or probeCommand')
    return { httpGet: { path: probes[kind], port: k8s.IntOrString.fromNumber(probes.port), scheme: 'HTTP' } }
  }
  return {
    // Not `ready`: a pod that waits for somebody else must not be killed for it.
    startupProbe: { ...check('live'), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...check('ready'), periodSeconds: 5, failureThreshold: 2 },
    livenessProbe: { ...check('live'), periodSeconds: 10, failureThreshold: 3 },
  }
}

/** The writable directories that outlive a pod, or those that do not. */
export function scratchEntries(props: WorkloadProps, persistent: boolean): [string, Scratch][] {
  return Object.entries(props.scratch ?? {}).filter(
    ([, scratch]) => (scratch.persistent ?? false) === persistent,
  )
}

function mounts(name: string, props: WorkloadProps, identity: boolean): k8s.VolumeMount[] {
  return [
    ...(props.config ? [{ name: 'config', mountPath: `/etc/${name}`, readOnly: true }] : []),
    ...(identity ? identityMounts : []),
    ...(props.certificateAt ? [{ ...certificateMount, mountPath: props.certificateAt }] : []),
    ...secretMounts(props.secrets),
    ...Object.entries(props.scratch ?? {}).map(([volume, { mountPath }]) => ({ name: volume, mountPath })),
  ]
}

function volumes(name: string, props: WorkloadProps, identity: boolean): k8s.Volume[] {
  return [
    ...(props.config ? [{ name: 'config', configMap: configFiles(name, props.config) }] : []),
    ...(identity ? identityVolumes : []),
    ...secretNames(props).map((secret) => ({
      name: secret,
      secret: { secretName: secret, defaultMode: 0o440 },
    })),
    ...scratchEntries(props, false).map(([volume, { size }]) => ({
      name: volume,
      emptyDir: { sizeLimit: k8s.Quantity.fromString(size) },
    })),
  ]
}

/** A ConfigMap's keys know no folders: a file in one is listed with its path. */
export function configKey(file: string): string {
  return file.replaceAll('/', '.')
}

function configFiles(name: string, files: Readonly<Record<string, string>>): k8s.ConfigMapVolumeSource {
  const paths = Object.keys(files)
  return {
    name: `${name}-config`,
    items: paths.some((path) => path.includes('/'))
      ? paths.map((path) => ({ key: configKey(path), path }))
      : undefined,
  }
}

/** Every Secret that the program or one of its sidecars reads, once. */
function secretNames(props: WorkloadProps): string[] {
  const all = [...(props.secrets ?? []), ...(props.sidecars ?? []).flatMap(({ secrets }) => secrets ?? [])]
  return [...new Set(all.map(({ secret }) => secret))]
}

/** Where the metrics agent finds the pods' metrics. */
export function scrape(props: WorkloadProps): { port: number; path: string } | undefined {
  const beside = props.sidecars?.find(({ metrics }) => metrics)?.metrics
  if (beside) return beside
  if (!props.probes || props.metricsPath === null) return undefined
  return { port: props.metricsPort ?? props.probes.port, path: props.metricsPath ?? '/metrics' }
}

function digest(files: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16)
}
