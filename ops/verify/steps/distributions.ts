import { GetDistributionCommand } from '@aws-sdk/client-cloudfront'
import { z } from 'zod'
import { ofType, type Resource } from '../../cloud/graph.ts'
import { absent, type Check, compare, type Step, unresolved, type Walk } from '../walk.ts'

const DistributionSpec = z.object({
  aliases: z.array(z.string()).default([]),
  httpVersion: z.string().default('http2'),
  webAclId: z.string().optional(),
  origins: z.array(z.object({ originId: z.string(), domainName: z.string() })),
  viewerCertificate: z.object({
    acmCertificateArn: z.string().optional(),
    minimumProtocolVersion: z.string().optional(),
  }),
})

export const distributions: Step = {
  name: 'distributions',
  run: async (walk) =>
    (
      await Promise.all(
        ofType(walk.graph, 'cloudfront.aws Distribution').map((one) => checkDistribution(walk, one)),
      )
    ).flat(),
}

async function checkDistribution(walk: Walk, resource: Resource): Promise<readonly Check[]> {
  const { live, clients } = walk
  const spec = DistributionSpec.parse(resource.spec)
  const subject = `distribution ${spec.aliases[0] ?? resource.name}`
  const id = (await live.outputs(resource))?.id
  if (id === undefined) return [absent(resource, subject)]
  const { Distribution } = await clients.cloudFront.send(new GetDistributionCommand({ Id: id }))
  const config = Distribution?.DistributionConfig
  const { viewerCertificate } = spec
  const origins = new Map(config?.Origins?.Items?.map(({ Id, DomainName }) => [Id, DomainName]))
  const filled = (about: string, expected: string | undefined, found: string | undefined, reason?: string) =>
    compareFilled(walk, resource, `${subject}: ${about}`, expected ?? '', found ?? '', reason)
  return Promise.all([
    compare(
      subject,
      'Deployed, enabled',
      `${Distribution?.Status}, ${config?.Enabled ? 'enabled' : 'disabled'}`,
    ),
    compare(`${subject}: aliases`, sorted(spec.aliases), sorted(config?.Aliases?.Items ?? [])),
    compare(
      `${subject}: least TLS`,
      viewerCertificate.minimumProtocolVersion ?? 'TLSv1',
      config?.ViewerCertificate?.MinimumProtocolVersion,
    ),
    compare(`${subject}: HTTP`, spec.httpVersion.toLowerCase(), config?.HttpVersion?.toLowerCase()),
    filled('web ACL', spec.webAclId, config?.WebACLId, 'requests are not filtered'),
    filled('certificate', viewerCertificate.acmCertificateArn, config?.ViewerCertificate?.ACMCertificateArn),
    ...spec.origins.map(({ originId, domainName }) =>
      filled(`origin ${originId}`, domainName, origins.get(originId)),
    ),
  ])
}

async function compareFilled(
  { live }: Walk,
  { stack }: Resource,
  subject: string,
  expected: string,
  found: string,
  reason?: string,
): Promise<Check> {
  const value = await live.resolve(stack, expected)
  if (value === undefined) return unresolved(live, stack, subject, expected)
  return compare(subject, value || 'none', found || 'none', reason)
}

function sorted(names: readonly string[]): string {
  return names.toSorted().join(', ')
}
