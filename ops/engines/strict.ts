/** JSON Schema and OpenAPI's dialect of it, as far as Kubernetes uses them. */
export type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly nullable?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number | boolean
  readonly exclusiveMaximum?: number | boolean
  readonly allOf?: readonly Schema[]
  readonly if?: Schema
  readonly then?: Schema
  readonly [keyword: string]: unknown
}

export type Definitions = Readonly<Record<string, Schema>>

/** Where a null is taken for an absent value, as the API server does for fields of its own types. */
export type Nulls = 'optional fields' | 'where said'

/** What means the same in OpenAPI and in JSON Schema; the rest of a schema is converted or is documentation. */
const kept = [
  ...['const', 'pattern', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems'],
  ...['minProperties', 'maxProperties', 'oneOf', 'anyOf', 'allOf', 'not', 'if'],
]
const quantity = String.raw`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$`
const ranges: Readonly<Record<string, Schema>> = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
}

/** The definitions of Kubernetes's API that are no plain structures, by the end of their names. */
const special: Definitions = {
  'api.resource.Quantity': { type: ['string', 'number'], pattern: quantity },
  'util.intstr.IntOrString': { type: ['string', 'integer'] },
}

/**
 * A self-contained, strict JSON schema (draft 7): no property that is not named, integers within their
 * range, references resolved to definitions inside it.
 *
 * Free-form objects stay free: those without properties, and those that say
 * `x-kubernetes-preserve-unknown-fields`.
 * @param root OpenAPI 2 or 3 schema whose `$ref`s name `definitions` (with or without `#/definitions/`)
 */
export function strictSchema(root: Schema, definitions: Definitions, nulls: Nulls): Schema {
  const used = new Map<string, Schema>()

  function reference(ref: string, nullable: boolean): Schema {
    const name = ref.replace('#/definitions/', '')
    const key = nullable ? `${name}.orNull` : name
    if (!used.has(key)) {
      const definition = definitions[name]
      if (!definition) throw new Error(`no definition is called ${name}`)
      used.set(key, {})
      const ending = Object.keys(special).find((end) => name.endsWith(`.${end}`))
      // What Kubernetes's API defines takes nulls wherever it is used.
      const plain = ending ? special[ending] : convert(definition, 'optional fields')
      used.set(key, nullable ? orNull(plain ?? {}) : (plain ?? {}))
    }
    return { $ref: `#/definitions/${key}` }
  }

  function convert(schema: Schema, nulls: Nulls, nullable = false): Schema {
    if (schema.$ref !== undefined) return reference(schema.$ref, nullable)
    const result: Record<string, unknown> = {}
    for (const keyword of kept) if (keyword in schema) result[keyword] = schema[keyword]
    if (schema['x-kubernetes-int-or-string']) result.type = ['integer', 'string']
    else if (schema.type !== undefined) result.type = schema.type
    if (schema.enum) result.enum = schema.enum
    if (schema.format !== undefined) result.format = schema.format
    Object.assign(result, bounds(schema))
    if (schema.required?.length) result.required = schema.required
    if (schema.items) result.items = convert(schema.items, nulls)
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's keyword; nobody awaits a schema
    if (schema.then) result.then = convert(schema.then, nulls)
    if (schema.properties) {
      const fields = Object.entries(schema.properties).map(([name, field]) => {
        const optional = nulls === 'optional fields' && !schema.required?.includes(name)
        return [name, convert(field, nulls, optional)] as const
      })
      result.properties = Object.fromEntries(fields)
    }
    if (typeof schema.additionalProperties === 'object') {
      result.additionalProperties = convert(schema.additionalProperties, nulls)
    } else if (schema.properties && !schema['x-kubernetes-preserve-unknown-fields']) {
      result.additionalProperties = schema.additionalProperties ?? false
    }
    return nullable || schema.nullable ? orNull(result) : result
  }

  const converted = convert(root, nulls)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...converted,
    ...(used.size > 0 && { definitions: Object.fromEntries([...used].sort(([a], [b]) => (a < b ? -1 : 1))) }),
  }
}

/** OpenAPI 3.0 says `exclusiveMinimum: true` beside `minimum`, JSON Schema since draft 6 gives the number. */
function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, format }: Schema): Schema {
  return {
    ...ranges[format ?? ''],
    ...(minimum !== undefined && (exclusiveMinimum === true ? { exclusiveMinimum: minimum } : { minimum })),
    ...(maximum !== undefined && (exclusiveMaximum === true ? { exclusiveMaximum: maximum } : { maximum })),
  }
}

function orNull(schema: Schema): Schema {
  const types = schema.type === undefined ? [] : [schema.type].flat()
  return {
    ...schema,
    ...(types.length > 0 && { type: [...types, 'null'] }),
    ...(schema.enum && { enum: [...schema.enum, null] }),
  }
}
