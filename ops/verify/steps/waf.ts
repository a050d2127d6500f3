import { GetWebACLCommand, GetWebACLForResourceCommand } from '@aws-sdk/client-wafv2'
import { z } from 'zod'
import { ofType, type Resource } from '../../cloud/graph.ts'
import { isMissing, text } from '../../cloud/lookup.ts'
import { absent, type Check, compare, type Step, unresolved, type Walk } from '../walk.ts'

const WebAclSpec = z.object({
  name: z.string().optional(),
  scope: z.enum(['CLOUDFRONT', 'REGIONAL']),
  rules: z.array(z.object({ name: z.string() })).default([]),
  ruleJson: z.array(z.object({ Name: z.string() })).optional(),
})

/** Every web ACL has the rules that it is rendered with, and is attached to what it is rendered to protect. */
export const webAcls: Step = {
  name: 'web ACLs',
  run: (walk) =>
    Promise.all([
      ...ofType(walk.graph, 'wafv2.aws WebAcl').map((one) => checkAcl(walk, one)),
      ...ofType(walk.graph, 'wafv2.aws WebAclAssociation').map((one) => checkAssociation(walk, one)),
    ]),
}

async function checkAcl({ live, clients }: Walk, resource: Resource): Promise<Check> {
  const spec = WebAclSpec.parse(resource.spec)
  const subject = `web ACL ${spec.name ?? resource.name}`
  const found = await live.outputs(resource)
  if (!found) return absent(resource, subject)
  const command = new GetWebACLCommand({ Name: spec.name, Id: found.id, Scope: spec.scope })
  const { WebACL } = await clients.waf(resource.region).send(command)
  const rules = spec.ruleJson?.map(({ Name }) => Name) ?? spec.rules.map(({ name }) => name)
  const there = WebACL?.Rules?.map(({ Name = '' }) => Name) ?? []
  return compare(`${subject}: rules`, rules.toSorted().join(', '), there.toSorted().join(', '))
}

async function checkAssociation({ live, clients }: Walk, resource: Resource): Promise<Check> {
  const { stack, name, region, spec } = resource
  const subject = `web ACL on ${name} of ${region}`
  const protectedArn = await live.resolve(stack, text(spec.resourceArn))
  if (protectedArn === undefined) return unresolved(live, stack, subject, text(spec.resourceArn))
  const acl = await live.resolve(stack, text(spec.webAclArn))
  if (acl === undefined) return unresolved(live, stack, subject, text(spec.webAclArn))
  const found = await attached(protectedArn)
  return compare(subject, acl, found ?? 'none', 'requests are not filtered')

  async function attached(arn: string): Promise<string | undefined> {
    try {
      const command = new GetWebACLForResourceCommand({ ResourceArn: arn })
      return (await clients.waf(region).send(command)).WebACL?.ARN
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }
}
