import { type Definitions, type Schema, strictSchema } from './strict.ts'

/** The schema of one kind, under the name by which kubeconform looks for it. */
export type KindSchema = {
  /** `apps/v1`; for the core group `v1`. */
  readonly apiVersion: string
  readonly kind: string
  readonly schema: Schema
}

/** One strict schema for each kind of Kubernetes's own API. */
export function kubernetesSchemas(definitions: Definitions): KindSchema[] {
  return Object.values(definitions).flatMap((definition) => {
    const kinds = definition['x-kubernetes-group-version-kind'] as GroupVersionKind[] | undefined
    // What belongs to every group (DeleteOptions, WatchEvent) is no object.
    if (kinds?.length !== 1 || !kinds[0]) return []
    const { group, version, kind } = kinds[0]
    const apiVersion = group ? `${group}/${version}` : version
    const schema = strictSchema(named(definition, apiVersion, kind), definitions, 'optional fields')
    return [{ apiVersion, kind, schema }]
  })
}

type GroupVersionKind = { readonly group: string; readonly version: string; readonly kind: string }

/** The schema with its apiVersion and kind fixed, and they and its name required. */
export function named(schema: Schema, apiVersion: string, kind: string): Schema {
  const hasName = schema.properties?.metadata?.$ref?.endsWith('.ObjectMeta')
  const must = ['apiVersion', 'kind', ...(hasName ? ['metadata'] : []), ...(schema.required ?? [])]
  // The API server's own schemas leave this out, since it may also make a name.
  const withName = { properties: { metadata: { required: ['name'] } } }
  return {
    ...schema,
    ...(hasName && { allOf: [...(schema.allOf ?? []), withName] }),
    required: [...new Set(must)],
    properties: {
      ...schema.properties,
      apiVersion: { type: 'string', enum: [apiVersion] },
      kind: { type: 'string', enum: [kind] },
    },
  }
}
