import { join } from 'node:path'
import { z } from 'zod'
import { type Fleet, loadFleet } from '../../../clusters/fleet.ts'
import { renderStack } from '../../render/render.ts'
import type { Graph, Resource } from '../../render/resource.ts'
import { stackNamed } from '../../stacks.ts'

export const fleet = loadFleet(join(import.meta.dirname, '../../../clusters'))
export const graph = await render(fleet)

export function render(facts: Fleet): Promise<Graph> {
  return renderStack(stackNamed('aws-edge'), facts)
}

/** `Record`: every resource of that kind, whatever its service. */
export function ofKind(kind: string, { resources }: Graph = graph): readonly Resource[] {
  return resources.filter(({ type }) => type.endsWith(`:${kind}`))
}

/** @throws {Error} where there is none, which names those that there are */
export function named(kind: string, name: string): Resource {
  const all = ofKind(kind)
  const found = all.find((one) => one.name === name)
  if (found) return found
  throw new Error(`no ${kind} is called ${name}: ${all.map((one) => one.name).join(', ')}`)
}

/** How a property of another resource, `models.arn`, is rendered. */
export function reference(path: string): string {
  return `\${${path}}`
}

/** The resource of that kind that `${name.property}` is a property of. */
export function referred(kind: string, value: string | undefined): Resource {
  return named(kind, /^\$\{([^.]+)\./.exec(value ?? '')?.[1] ?? String(value))
}

const Behavior = z.object({
  pathPattern: z.string().optional(),
  targetOriginId: z.string(),
  allowedMethods: z.array(z.string()),
  cachePolicyId: z.string(),
  originRequestPolicyId: z.string().optional(),
  responseHeadersPolicyId: z.string(),
  viewerProtocolPolicy: z.string(),
  lambdaFunctionAssociations: z.array(z.object({ eventType: z.string(), lambdaArn: z.string() })),
})
export type Behavior = z.infer<typeof Behavior>

const Distribution = z.object({
  aliases: z.array(z.string()).length(1),
  httpVersion: z.string(),
  webAclId: z.string(),
  viewerCertificate: z.object({ acmCertificateArn: z.string(), minimumProtocolVersion: z.string() }),
  defaultCacheBehavior: Behavior,
  orderedCacheBehaviors: z.array(Behavior),
  origins: z.array(
    z.object({
      originId: z.string(),
      domainName: z.string(),
      originAccessControlId: z.string().optional(),
      connectionAttempts: z.number().optional(),
      connectionTimeout: z.number().optional(),
      customOriginConfig: z
        .object({
          originProtocolPolicy: z.string(),
          originReadTimeout: z.number(),
          originMtlsConfig: z.object({ clientCertificateArn: z.string() }).optional(),
        })
        .optional(),
    }),
  ),
  originGroups: z.array(
    z.object({ originId: z.string(), members: z.array(z.object({ originId: z.string() })).length(2) }),
  ),
})

/** Every distribution, by the host that it answers. */
export const distributions = new Map(
  ofKind('Distribution').map((resource) => {
    const inputs = Distribution.parse(resource.inputs)
    const behaviors = [...inputs.orderedCacheBehaviors, inputs.defaultCacheBehavior]
    return [inputs.aliases[0] ?? '', { ...resource, inputs, behaviors }]
  }),
)

export type EdgeDistribution = NonNullable<ReturnType<typeof distributions.get>>

/** What a behavior asks, in order: one origin, or those of its group. */
export function originsOf({ inputs }: EdgeDistribution, { targetOriginId }: Behavior) {
  const group = inputs.originGroups.find(({ originId }) => originId === targetOriginId)
  const ids = group?.members.map(({ originId }) => originId) ?? [targetOriginId]
  return ids.map((id) => {
    const found = inputs.origins.find(({ originId }) => originId === id)
    if (!found) throw new Error(`no origin ${id}`)
    return found
  })
}

const DnsRecord = z.object({
  name: z.string(),
  type: z.string(),
  ttl: z.number().optional(),
  records: z.array(z.string()).default([]),
  aliases: z.array(z.object({ name: z.string(), evaluateTargetHealth: z.boolean() })).default([]),
  setIdentifier: z.string().optional(),
  healthCheckId: z.string().optional(),
  latencyRoutingPolicies: z.array(z.object({ region: z.string() })).default([]),
  failoverRoutingPolicies: z.array(z.object({ type: z.string() })).default([]),
  geolocationRoutingPolicies: z
    .array(z.object({ continent: z.string().optional(), country: z.string().optional() }))
    .default([]),
  geoproximityRoutingPolicy: z.unknown().optional(),
})
export type DnsRecord = z.infer<typeof DnsRecord>

export const records = ofKind('Record').map(({ inputs }) => DnsRecord.parse(inputs))

const HealthCheck = z.object({
  type: z.string(),
  fqdn: z.string().optional(),
  ipAddress: z.string().optional(),
  port: z.number().optional(),
  resourcePath: z.string().optional(),
  requestInterval: z.number().optional(),
  failureThreshold: z.number().optional(),
  childHealthchecks: z.array(z.string()).default([]),
})

export function healthCheck(value: string | undefined): z.infer<typeof HealthCheck> {
  return HealthCheck.parse(referred('HealthCheck', value).inputs)
}
