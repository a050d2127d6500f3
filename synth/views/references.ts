import type { Composition, PlacedObject } from './composition.ts'
import { dataAt, listAt, textAt } from './data.ts'

/** What a cluster has without us: Kubernetes itself makes it. */
const builtIn: ReadonlySet<string> = new Set([
  'ConfigMap kube-root-ca.crt',
  'PriorityClass system-cluster-critical',
  'PriorityClass system-node-critical',
])

/**
 * What a workload needs by name before a pod of it can start, and what its cluster does not have: `ConfigMap x`.
 * A Secret is there if an ExternalSecret of its namespace makes it. Optional references may lead nowhere.
 */
export function missingReferences(
  workload: PlacedObject,
  neighbours: readonly PlacedObject[],
  composition: Composition,
): readonly string[] {
  const there = new Set(builtIn)
  for (const { kind, name, content } of neighbours) {
    there.add(`${kind} ${name}`)
    if (kind === 'ExternalSecret') there.add(`Secret ${textAt(content, 'spec', 'target', 'name') || name}`)
  }
  for (const { kind, name, namespace } of composition.objects)
    if (namespace === '') there.add(`${kind} ${name}`)
  return [...new Set(referencesOf(workload))].filter((reference) => !there.has(reference)).toSorted()
}

function* referencesOf({ content }: PlacedObject): Generator<string> {
  const pod = dataAt(content, 'spec', 'template', 'spec')
  yield* named('ServiceAccount', textAt(pod, 'serviceAccountName'))
  yield* named('PriorityClass', textAt(pod, 'priorityClassName'))
  yield* named('RuntimeClass', textAt(pod, 'runtimeClassName'))
  for (const volume of listAt(pod, 'volumes')) {
    const { configMap, secret, csi } = dataAt(volume)
    if (!optional(configMap)) yield* named('ConfigMap', textAt(configMap, 'name'))
    if (!optional(secret)) yield* named('Secret', textAt(secret, 'secretName'))
    yield* named('CSIDriver', textAt(csi, 'driver'))
    for (const source of listAt(volume, 'projected', 'sources')) {
      for (const [key, kind] of projected) {
        const part = dataAt(source, key)
        if (!optional(part)) yield* named(kind, textAt(part, 'name'))
      }
    }
  }
  for (const container of [...listAt(pod, 'initContainers'), ...listAt(pod, 'containers')]) {
    for (const { valueFrom } of listAt(container, 'env').map((variable) => dataAt(variable))) {
      for (const [key, kind] of fromKeys) {
        const part = dataAt(valueFrom, key)
        if (!optional(part)) yield* named(kind, textAt(part, 'name'))
      }
    }
    for (const source of listAt(container, 'envFrom')) {
      for (const [key, kind] of fromRefs) {
        const part = dataAt(source, key)
        if (!optional(part)) yield* named(kind, textAt(part, 'name'))
      }
    }
  }
  for (const claim of listAt(content, 'spec', 'volumeClaimTemplates')) {
    yield* named('StorageClass', textAt(claim, 'spec', 'storageClassName'))
  }
}

const projected = [
  ['configMap', 'ConfigMap'],
  ['secret', 'Secret'],
] as const
const fromKeys = [
  ['configMapKeyRef', 'ConfigMap'],
  ['secretKeyRef', 'Secret'],
] as const
const fromRefs = [
  ['configMapRef', 'ConfigMap'],
  ['secretRef', 'Secret'],
] as const

function named(kind: string, name: string): readonly string[] {
  return name === '' ? [] : [`${kind} ${name}`]
}

function optional(part: unknown): boolean {
  return dataAt(part).optional === true
}
