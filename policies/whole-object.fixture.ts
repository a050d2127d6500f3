import { type Kind, kindNamed } from './kinds.ts'

export type Fields = { readonly [name: string]: unknown }

/** A Kubernetes object as an example of a rule has it. */
export interface Example extends Fields {
  readonly apiVersion: string
  readonly kind: string
}

export interface WholeObject extends Example {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: Fields }
}

/** Of nobody; no registry holds content of this digest. */
const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1.0.0@sha256:${'0123456789abcdef'.repeat(4)}`
const labels = { 'app.kubernetes.io/name': 'example' }
const controllers = ['DaemonSet', 'Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']

/** @throws where policies/kinds.ts does not know it */
export function kindOf({ apiVersion, kind }: Example): Kind {
  const name = apiVersion.includes('/') ? `${apiVersion.split('/')[0]}/${kind}` : kind
  const known = kindNamed(name)
  if (!known) throw new Error(`policies/kinds.ts does not know ${name}`)
  return known
}

/** Where the API server keeps its kind, in its namespace. */
export function pathOf(object: WholeObject): string {
  const { namespaced, resources } = kindOf(object)
  const root = object.apiVersion.includes('/') ? 'apis' : 'api'
  const place = namespaced ? `/namespaces/${object.metadata.namespace}` : ''
  return `/${root}/${object.apiVersion}${place}/${resources[0]}`
}

/**
 * An example shows a rule what it is about and leaves the rest out, but an API server refuses what is not whole
 * before any rule sees it. So what its kind requires is added where it is missing; nothing that is there changes.
 *
 * @param marks labels for the object
 */
export function wholeObject(given: Example, marks: Fields = {}): WholeObject {
  // A field that is undefined is not there.
  const example: Example = JSON.parse(JSON.stringify(given))
  const { namespaced } = kindOf(example)
  const metadata = fields(example.metadata)
  return {
    ...example,
    ...body(example),
    metadata: {
      ...metadata,
      name: String(metadata.name ?? 'app'),
      ...(namespaced && { namespace: String(metadata.namespace ?? 'example') }),
      // Cluster-scoped objects are bound by a label of their own.
      labels: {
        ...(!namespaced && { 'meridian/admission': 'enforced' }),
        ...fields(metadata.labels),
        ...marks,
      },
    },
  }
}

function body(example: Example): Fields {
  const { kind } = example
  const spec = fields(example.spec)
  if (kind === 'Pod') return { spec: podSpec(spec) }
  if (controllers.includes(kind)) {
    const claims = list(spec.volumeClaimTemplates).map((item) => ({
      ...item,
      spec: claim(fields(item.spec)),
    }))
    return {
      spec: {
        ...(kind === 'StatefulSet' && { serviceName: 'app' }),
        ...spec,
        ...(claims.length > 0 && { volumeClaimTemplates: claims }),
        selector: { matchLabels: labels },
        template: template(spec.template),
      },
    }
  }
  if (kind === 'Job') return { spec: { ...spec, template: template(spec.template, 'Never') } }
  if (kind === 'CronJob') {
    const job = fields(fields(spec.jobTemplate).spec)
    const jobTemplate = { spec: { ...job, template: template(job.template, 'Never') } }
    return { spec: { schedule: '@daily', ...spec, jobTemplate } }
  }
  if (kind === 'PersistentVolumeClaim') return { spec: claim(spec) }
  if (kind === 'Service') return { spec: { ...spec, ports: servicePorts(spec) } }
  if (kind === 'Ingress')
    return { spec: { ...spec, defaultBackend: { service: { name: 'app', port: { number: 443 } } } } }
  if (kind === 'Plan')
    return { spec: { channel: 'https://update.k3s.io/v1-release/channels/stable', ...spec } }
  if (kind === 'Certificate') return { spec: { secretName: 'app', dnsNames: ['app.example'], ...spec } }
  if (kind === 'CertificateRequest') return { spec: { request: 'AA==', ...spec } }
  if (kind === 'ClusterIssuer' || kind === 'Issuer') return { spec: issuer(spec) }
  return {}
}

function issuer(spec: Fields): Fields {
  if (spec.acme === undefined) return spec
  return { ...spec, acme: { privateKeySecretRef: { name: 'account' }, ...fields(spec.acme) } }
}

function servicePorts({ type, clusterIP, ports }: Fields): readonly Fields[] {
  const given = list(ports)
  if (given.length === 0 && type !== 'ExternalName' && clusterIP !== 'None')
    return [{ name: 'https', port: 443, appProtocol: 'https' }]
  return given.map((port, index) => ({ name: `port-${index}`, ...port }))
}

function claim(spec: Fields): Fields {
  return { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec }
}

function template(given: unknown, restartPolicy?: string): Fields {
  const spec = podSpec(fields(fields(given).spec))
  return {
    metadata: { labels },
    ...fields(given),
    spec: { ...(restartPolicy && { restartPolicy }), ...spec },
  }
}

function podSpec(spec: Fields): Fields {
  const given = list(spec.containers)
  const volumes = list(spec.volumes)
  const sorts = {
    containers: named(given.length > 0 ? given : [{}], 'app'),
    initContainers: named(list(spec.initContainers), 'init'),
    ephemeralContainers: named(list(spec.ephemeralContainers), 'debug'),
  }
  const whole = Object.fromEntries(Object.entries(sorts).filter(([, containers]) => containers.length > 0))
  return { ...spec, ...(volumes.length > 0 && { volumes: volumes.map(volume) }), ...whole }
}

/** Names in a pod differ; two containers of an example may have the same. */
function named(containers: readonly Fields[], sort: string): readonly Fields[] {
  return containers.map((container, index) => ({
    image,
    ...container,
    name: index === 0 && sort === 'app' ? (container.name ?? sort) : `${sort}-${index}`,
  }))
}

function volume(given: Fields): Fields {
  const { volumeClaimTemplate } = fields(given.ephemeral)
  if (volumeClaimTemplate === undefined) return given
  const spec = claim(fields(fields(volumeClaimTemplate).spec))
  return { ...given, ephemeral: { volumeClaimTemplate: { ...fields(volumeClaimTemplate), spec } } }
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : []
}
