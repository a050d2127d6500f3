import { at } from './plain.ts'

/**
 * The fields that tell a list's items apart, by the list's name, where they are not `name`; as in the API's
 * `x-kubernetes-list-map-keys` (api/openapi-spec of Kubernetes 1.36), or its merge keys.
 */
const keys: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ports: [
    ['containerPort', 'protocol'],
    ['port', 'protocol'],
  ],
  volumeMounts: [['mountPath']],
  volumeDevices: [['devicePath']],
  hostAliases: [['ip']],
  topologySpreadConstraints: [['topologyKey', 'whenUnsatisfiable']],
  subjects: [['kind', 'namespace', 'name']],
  clusterResourceWhitelist: [['group', 'kind']],
  namespaceResourceWhitelist: [['group', 'kind']],
  destinations: [['server', 'namespace']],
  volumeClaimTemplates: [['metadata.name']],
  matchExpressions: [['key', 'operator']],
  metrics: [['type', 'resource.name']],
  validations: [['message']],
  versions: [['name']],
}

/** Lists whose items have a `name` that is no key: two may share it, or the rest matters more. */
const unkeyed = new Set(['rules', 'ingress', 'egress', 'from', 'to', 'tolerations'])

type Items = ReadonlyMap<string, unknown>

/** The items of two lists by the key that tells them apart in both; `undefined`: no key does. */
export function keyedItems(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): readonly [before: Items, after: Items] | undefined {
  const list = /([\w-]+)$/.exec(path)?.[1] ?? ''
  if (unkeyed.has(list)) return undefined
  for (const fields of [
    ...(Object.hasOwn(keys, list) ? (keys[list] ?? []) : []),
    ['name'],
    ['metadata.name'],
    ['id'],
  ]) {
    const [old, now] = [itemsBy(fields, before), itemsBy(fields, after)]
    if (old && now) return [old, now]
  }
  return undefined
}

function itemsBy(fields: readonly string[], items: readonly unknown[]): Items | undefined {
  const found = new Map<string, unknown>()
  for (const item of items) {
    const values = fields.map((field) => valueAt(item, field))
    // An optional part, such as a port's protocol, may be absent; the first may not.
    if (values[0] === undefined) return undefined
    found.set(values.filter((value) => value !== undefined).join('/'), item)
  }
  return found.size === items.length ? found : undefined
}

function valueAt(item: unknown, field: string): string | number | undefined {
  const value = at(item, ...field.split('.'))
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}
