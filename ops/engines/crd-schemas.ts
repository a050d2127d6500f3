import { type KindSchema, named } from './kubernetes-schemas.ts'
import { type Definitions, type Schema, strictSchema } from './strict.ts'

/** A custom resource definition, as far as its schemas need it. */
export type CustomResourceDefinition = {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: readonly {
      readonly name: string
      readonly served: boolean
      readonly schema: { readonly openAPIV3Schema: Schema }
    }[]
  }
}

/** Keywords of Kubernetes's own description that a custom resource definition may not use. */
const onlyInTheApi = /^x-kubernetes-(unions|patch-|group-version-kind)/
const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'

/** One strict schema for each version that the custom resource definition serves. */
export function crdSchemas({ spec }: CustomResourceDefinition, definitions: Definitions): KindSchema[] {
  return spec.versions
    .filter((version) => version.served)
    .map((version) => {
      const { kind } = spec.names
      const apiVersion = `${spec.group}/${version.name}`
      const { openAPIV3Schema: schema } = version.schema
      // A definition says only `type: object` of its metadata; the API server knows the rest.
      const whole = { ...schema, properties: { ...schema.properties, metadata: { $ref: objectMeta } } }
      return {
        apiVersion,
        kind,
        schema: strictSchema(named(whole, apiVersion, kind), definitions, 'where said'),
      }
    })
}

/**
 * The definition with its `$ref`s to Kubernetes's API replaced by what they name, since the API server takes
 * no reference.
 */
export function withoutReferences<T>(value: T, definitions: Definitions): T {
  if (Array.isArray(value)) return value.map((item) => withoutReferences(item, definitions)) as T
  if (typeof value !== 'object' || value === null) return value
  const { $ref } = value as Schema
  if (typeof $ref === 'string') return structural($ref.replace('#/definitions/', ''), definitions) as T
  const entries = Object.entries(value).map(([key, item]) => [key, withoutReferences(item, definitions)])
  return Object.fromEntries(entries) as T
}

function structural(name: string, definitions: Definitions): Schema {
  if (/\.(Quantity|IntOrString)$/.test(name)) return { 'x-kubernetes-int-or-string': true }
  const definition = definitions[name]
  if (!definition) throw new Error(`no definition is called ${name}`)
  const allowed = Object.entries(definition).filter(([keyword]) => !onlyInTheApi.test(keyword))
  return withoutReferences(Object.fromEntries(allowed), definitions)
}
