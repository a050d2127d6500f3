import { RequestCertificateCommand } from '@aws-sdk/client-acm'
import { CreateDistributionCommand, type DistributionConfig } from '@aws-sdk/client-cloudfront'
import { AssociateWebACLCommand, CreateWebACLCommand } from '@aws-sdk/client-wafv2'
import type { Resource } from '../graph.ts'
import { text } from '../lookup.ts'
import type { Seeding } from './seeding.ts'

export async function makeCertificate({ clients }: Seeding, { region, spec }: Resource): Promise<void> {
  if (spec.domainName === undefined) return
  const names = Array.isArray(spec.subjectAlternativeNames)
    ? spec.subjectAlternativeNames.map(text)
    : undefined
  await clients.acm(region).send(
    new RequestCertificateCommand({
      DomainName: text(spec.domainName),
      SubjectAlternativeNames: names,
      ValidationMethod: 'DNS',
    }),
  )
}

export async function makeWebAcl({ clients }: Seeding, { region, spec }: Resource): Promise<void> {
  const visibility = { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: 'seeded' }
  const rules: readonly { name?: unknown; Name?: unknown }[] = listOf(spec.rules ?? spec.ruleJson)
  await clients.waf(region).send(
    new CreateWebACLCommand({
      Name: text(spec.name),
      Scope: spec.scope === 'CLOUDFRONT' ? 'CLOUDFRONT' : 'REGIONAL',
      DefaultAction: { Allow: {} },
      VisibilityConfig: visibility,
      // Only their names are compared.
      Rules: rules.map(({ name, Name }, Priority) => ({
        Name: text(name ?? Name),
        Priority,
        Action: { Block: {} },
        Statement: { GeoMatchStatement: { CountryCodes: ['AQ'] } },
        VisibilityConfig: visibility,
      })),
    }),
  )
}

export async function makeAssociation({ clients, resolve }: Seeding, resource: Resource): Promise<void> {
  const { stack, region, spec } = resource
  await clients.waf(region).send(
    new AssociateWebACLCommand({
      ResourceArn: await resolve(stack, text(spec.resourceArn)),
      WebACLArn: await resolve(stack, text(spec.webAclArn)),
    }),
  )
}

export async function makeDistribution({ clients, resolve }: Seeding, resource: Resource): Promise<void> {
  const { stack, name, spec } = resource
  const fill = async (value: unknown) => (await resolve(stack, text(value))) ?? text(value)
  const aliases = listOf<string>(spec.aliases)
  const origins = listOf<{ originId: string; domainName: string }>(spec.origins)
  const viewer = spec.viewerCertificate as Readonly<Record<string, unknown>> | undefined
  const config = {
    CallerReference: name,
    Comment: name,
    Enabled: true,
    HttpVersion: text(spec.httpVersion) || 'http2',
    Aliases: { Quantity: aliases.length, Items: [...aliases] },
    Origins: {
      Quantity: origins.length,
      Items: await Promise.all(
        origins.map(async ({ originId, domainName }) => ({
          Id: originId,
          DomainName: await fill(domainName),
          CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: 'https-only' },
        })),
      ),
    },
    DefaultCacheBehavior: {
      TargetOriginId: origins[0]?.originId,
      ViewerProtocolPolicy: 'redirect-to-https',
      ForwardedValues: { QueryString: false, Cookies: { Forward: 'none' } },
      MinTTL: 0,
    },
    ViewerCertificate: {
      ACMCertificateArn: await fill(viewer?.acmCertificateArn),
      MinimumProtocolVersion: viewer?.minimumProtocolVersion,
      SSLSupportMethod: 'sni-only',
    },
    WebACLId: spec.webAclId === undefined ? '' : await fill(spec.webAclId),
    // The API's own shape, as far as moto asks for it.
  } as DistributionConfig
  await clients.cloudFront.send(new CreateDistributionCommand({ DistributionConfig: config }))
}

function listOf<T>(value: unknown): readonly T[] {
  return Array.isArray(value) ? value : []
}
