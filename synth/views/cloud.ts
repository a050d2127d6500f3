import { parse } from 'yaml'
import type { CloudView, Data, PolicyStatement, RelatedResource } from '../../policies/views.ts'
import type { Document } from '../documents.ts'
import { dataAt, isData, textAt } from './data.ts'

/** A resource as it is rendered, or a stack (`pulumi/v1 Stack`). */
export interface CloudResource {
  /** The name of its file, `rendered/cloud/<stack>.yaml`. */
  readonly stack: string
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly options: CloudView['options']
  readonly spec: CloudView['spec']
  readonly files: readonly string[]
}

/** The resources of rendered documents (`readCloudDocuments`), each in the stack whose file it lies in. */
export function cloudResources(documents: readonly Document[]): readonly CloudResource[] {
  return documents.map(({ text, files }) => {
    const content: unknown = parse(text)
    return {
      stack: (files[0] ?? '').replace(/^.*\/|\.yaml$/g, ''),
      apiVersion: textAt(content, 'apiVersion'),
      kind: textAt(content, 'kind'),
      name: textAt(content, 'metadata', 'name'),
      options: dataAt(content, 'options'),
      spec: dataAt(content, 'spec'),
      files,
    }
  })
}

/**
 * What cloud rules judge: each resource with what it refers to and what refers to it, one step far, through the
 * outputs of other stacks too.
 *
 * @param of those to make views of, in the order in which they are given; all, unless said
 * @returns a document for each, as JSON
 */
export function cloudViews(
  resources: readonly CloudResource[],
  of: (resource: CloudResource) => boolean = () => true,
): readonly Document[] {
  const index = indexOf(resources)
  const links = new Map(resources.map((one) => [one, isStack(one) ? [] : referencesOf(one, index)]))
  const referrers = new Map<CloudResource, CloudResource[]>()
  for (const [from, targets] of links) {
    for (const to of targets) referrers.set(to, [...(referrers.get(to) ?? []), from])
  }
  const byStack = Map.groupBy(resources, ({ stack }) => stack)
  const withRegion = (one: CloudResource) => {
    const region = providerOf(one, index)?.region
    return { apiVersion: one.apiVersion, kind: one.kind, name: one.name, ...(region ? { region } : {}) }
  }
  return resources.filter(of).map((one) => {
    const { apiVersion, kind, name, stack, options, spec, files } = one
    const provider = providerOf(one, index)
    const view: CloudView = {
      apiVersion,
      kind,
      metadata: { name, namespace: stack },
      options,
      spec,
      graph: {
        stack,
        ...(provider ? { provider } : {}),
        references: (links.get(one) ?? []).map(related),
        referrers: (referrers.get(one) ?? []).map(related),
        statements: statementsOf(spec),
        texts: textsOf(spec),
        resources: isStack(one)
          ? (byStack.get(stack) ?? []).filter((other) => other !== one).map(withRegion)
          : [],
      },
    }
    return { text: JSON.stringify(view), files }
  })
}

function keyOf(resource: CloudResource): string {
  return isStack(resource) ? `stack ${resource.stack}` : `${resource.stack}/${resource.name}`
}

function isStack({ apiVersion, kind }: CloudResource): boolean {
  return apiVersion === 'pulumi/v1' && kind === 'Stack'
}

/** `${models.arn}` and `${aws-core.outputs.modelsKey}`, wherever they stand. */
const reference = /\$\{([\w./-]+?)\.(outputs\.)?([^}]+)\}/g

/** What it refers to, in its own stack or through an output of another one; each once. */
function referencesOf(resource: CloudResource, index: Index): readonly CloudResource[] {
  const found = new Set<CloudResource>()
  const named = (name: string) => {
    const all = index.byPhysicalName.get(name) ?? []
    // Regions may each have one of a name.
    const near = all.filter(({ options }) => options.provider === resource.options.provider)
    return near.length > 0 ? near : all
  }
  const follow = (text: string, key: string, stack: string, depth: number) => {
    if (naming.test(key)) for (const one of named(`${stack}/${text}`)) found.add(one)
    for (const [, name = '', output, rest = ''] of text.matchAll(reference)) {
      const given = output && index.byName.get(`stack ${name}`)
      const target = index.byName.get(`${stack}/${name}`)
      if (!given) {
        if (target) found.add(target)
        continue
      }
      const value = dataAt(given.spec, 'outputs')[rest]
      // An output may be one that another stack has given.
      if (typeof value === 'string' && depth < 4) follow(value, key, name, depth + 1)
    }
  }
  for (const { at, text } of textsOf(resource.spec)) {
    follow(text, at.replace(/(\/\d+)+$/, '').replace(/^.*\//, ''), resource.stack, 0)
  }
  found.delete(resource)
  return [...found]
}

interface Index {
  /** By `<stack>/<name>`; a stack by `stack <name>`. */
  readonly byName: ReadonlyMap<string, CloudResource>
  /** By `<stack>/<what it is called in the cloud>`: a name that is known already stands where a reference would. */
  readonly byPhysicalName: ReadonlyMap<string, readonly CloudResource[]>
}

const physical = [
  'bucket',
  'name',
  'identifier',
  'clusterIdentifier',
  'globalClusterIdentifier',
  'replicationGroupId',
  'userGroupId',
]

/** Inputs that name another resource. */
const naming =
  /bucket|repository|vault|role|cluster|group|identifier|model|config|table|topic|source|records/i

function indexOf(resources: readonly CloudResource[]): Index {
  const byPhysicalName = new Map<string, CloudResource[]>()
  for (const one of resources) {
    for (const name of new Set(physical.map((property) => textAt(one.spec, property)))) {
      if (name === '' || name.includes('${') || !isOwner(one, name)) continue
      const key = `${one.stack}/${name}`
      byPhysicalName.set(key, [...(byPhysicalName.get(key) ?? []), one])
    }
  }
  return { byName: new Map(resources.map((one) => [keyOf(one), one])), byPhysicalName }
}

/** `bucket` is a bucket's own name, and in its policy the name of the bucket. */
function isOwner({ kind, spec }: CloudResource, name: string): boolean {
  return spec.bucket !== name || kind === 'Bucket'
}

function providerOf({ stack, options }: CloudResource, { byName }: Index): CloudView['graph']['provider'] {
  const name = options.provider
  const provider = name === undefined ? undefined : byName.get(`${stack}/${name}`)
  if (name === undefined || provider === undefined) return undefined
  const region = textAt(provider.spec, 'region')
  return { name, ...(region ? { region } : {}), tags: dataAt(provider.spec, 'defaultTags', 'tags') }
}

function related({ stack, apiVersion, kind, name, options, spec }: CloudResource): RelatedResource {
  return { stack, apiVersion, kind, name, options, spec, statements: statementsOf(spec) }
}

/** A resource is its own view once, and stands in those of its neighbours: what it holds is gathered once. */
function once<T>(gather: (spec: Data) => readonly T[]): (spec: Data) => readonly T[] {
  const known = new WeakMap<Data, readonly T[]>()
  return (spec) => {
    const found = known.get(spec) ?? gather(spec)
    known.set(spec, found)
    return found
  }
}

const statementsOf = once((spec) => [...statementsIn(spec)])
const textsOf = once((spec) => [...textsIn(spec)])

/** Every statement of every policy document (IAM's policy grammar) in a value, in one form. */
function* statementsIn(value: unknown, at = ''): Generator<PolicyStatement> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* statementsIn(item, `${at}/${index}`)
  } else if (isData(value)) {
    if ('Statement' in value) {
      const list = Array.isArray(value.Statement) ? value.Statement : [value.Statement]
      for (const [index, one] of list.entries()) yield statementOf(one, `${at}/Statement/${index}`)
    } else for (const [key, inner] of Object.entries(value)) yield* statementsIn(inner, `${at}/${key}`)
  }
}

function statementOf(statement: unknown, at: string): PolicyStatement {
  const data = dataAt(statement)
  return {
    at,
    sid: textAt(data, 'Sid'),
    allow: data.Effect === 'Allow',
    actions: texts(data.Action),
    notActions: texts(data.NotAction),
    resources: texts(data.Resource),
    notResources: texts(data.NotResource),
    principals:
      data.Principal === '*'
        ? ['*']
        : Object.entries(dataAt(data, 'Principal')).flatMap(([type, names]) =>
            texts(names).map((name) => `${type}:${name}`),
          ),
    notPrincipals: 'NotPrincipal' in data,
    conditions: Object.entries(dataAt(data, 'Condition')).flatMap(([operator, keys]) =>
      Object.entries(dataAt(keys)).map(([key, values]) => ({ operator, key, values: texts(values) })),
    ),
  }
}

function texts(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String)
  return value === undefined ? [] : [String(value)]
}

function* textsIn(value: unknown, at = ''): Generator<{ at: string; text: string }> {
  if (typeof value === 'string') yield { at, text: value }
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* textsIn(item, `${at}/${index}`)
  } else if (isData(value)) {
    for (const [key, inner] of Object.entries(value)) yield* textsIn(inner, `${at}/${key}`)
  }
}
