import type { CloudView, PolicyStatement, RelatedResource } from '../../views.ts'

/** What stands around a resource, as far as an example says it. */
interface Around {
  readonly name?: string
  readonly stack?: string
  readonly options?: CloudView['options']
  readonly references?: readonly RelatedResource[]
  readonly referrers?: readonly RelatedResource[]
  readonly statements?: readonly PolicyStatement[]
  /** @default a provider in Ireland */
  readonly provider?: CloudView['graph']['provider'] | null
  readonly texts?: CloudView['graph']['texts']
  readonly resources?: CloudView['graph']['resources']
}

/** A view of one resource for the examples of cloud rules: `resource('s3.aws/Bucket', {})`. */
export function resource(kind: string, spec: object = {}, around: Around = {}) {
  const { name = 'example', stack = 'aws-core', options = {}, provider = inIreland, ...graph } = around
  return {
    ...kindOf(kind),
    metadata: { name, namespace: stack },
    options,
    spec: { ...spec },
    graph: {
      stack,
      ...(provider === null ? {} : { provider }),
      references: [],
      referrers: [],
      statements: [],
      texts: [],
      resources: [],
      ...graph,
    },
  }
}

/** A resource beside it. */
export function related(
  kind: string,
  spec: object = {},
  statements: readonly PolicyStatement[] = [],
  name = 'other',
): RelatedResource {
  return { stack: 'aws-core', ...kindOf(kind), name, options: {}, spec: { ...spec }, statements }
}

/** `kms:Decrypt` on one key, unless said otherwise. */
export function statement(changes: Partial<PolicyStatement> = {}): PolicyStatement {
  return {
    at: '/policy/Statement/0',
    sid: '',
    allow: true,
    actions: ['kms:Decrypt'],
    notActions: [],
    resources: [`\${data-key.arn}`],
    notResources: [],
    principals: [],
    notPrincipals: false,
    conditions: [],
    ...changes,
  }
}

export const inIreland = {
  name: 'eu-west-1',
  region: 'eu-west-1',
  tags: { platform: 'meridian', owner: 'platform-team', data: 'internal', stack: 'aws-core' },
}

function kindOf(name: string): { readonly apiVersion: string; readonly kind: string } {
  const [group, kind = ''] = name.split('/')
  return { apiVersion: `${group}/v1`, kind }
}
