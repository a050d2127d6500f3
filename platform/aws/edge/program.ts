import * as aws from '@pulumi/aws'
import { RegionName } from '../../../clusters/schema.ts'
import type { Program, StackContext } from '../../stack.ts'
import { declareWebAcl } from '../_lib/waf.ts'
import { awsProvider } from '../provider.ts'
import { declareAssets } from './assets.ts'
import { declareClientCertificate } from './certificate.ts'
import { EdgeDistribution } from './distribution.ts'
import { declareFunctions } from './functions.ts'
import { declareAccessLogs } from './logs.ts'
import { declareNetworks } from './network-dns.ts'
import { declarePolicies } from './policies.ts'
import { declareRegionNames } from './region-dns.ts'
import { declareShield } from './shield.ts'
import { regionSetsOf, sitesOf } from './sites.ts'
import { declareUserNames } from './user-dns.ts'

/** AWS's edge: CloudFront before the regions, and the names by which users find a network and networks a region. */
export const declare: Program = (context) => {
  const { stack, fleet, output } = context
  const providers = {
    'us-east-1': awsProvider(stack.name, 'us-east-1', fleet),
    'eu-west-1': awsProvider(stack.name, 'eu-west-1', fleet),
    'ap-southeast-1': awsProvider(stack.name, 'ap-southeast-1', fleet),
  }
  // Everything global is made there: CloudFront, its certificates, functions and firewall, and Route 53.
  const opts = { provider: providers['us-east-1'] }
  const sites = sitesOf(fleet)
  const sets = regionSetsOf(fleet)
  const webAcl = declareWebAcl(
    'edge',
    {
      scope: 'CLOUDFRONT',
      applications: sites.map(({ host }) => host),
      fleet,
      logKeyArn: output('aws-core', 'logsKey.us-east-1'),
    },
    opts,
  )
  const shared = {
    fleet,
    sets,
    assets: declareAssets(context, providers, opts),
    clientCertificateArn: declareClientCertificate(context, opts),
    zoneId: output('aws-core', 'zone'),
    functions: declareFunctions(context, providers),
    policies: declarePolicies(sites, opts),
    webAclArn: webAcl.arn,
  }
  const distributions = sites.map((site) => ({
    ...site,
    distribution: new EdgeDistribution(site.label, { ...shared, site }, { providers: [opts.provider] })
      .distribution,
  }))
  const byHost = new Map(distributions.map(({ host, distribution }) => [host, distribution]))
  const byLabel = new Map(distributions.map(({ label, distribution }) => [label, distribution]))
  declareAccessLogs(context, byLabel, opts)
  declareShield(context, byLabel, opts)

  const checks = declareRegionNames(context, sets, opts)
  declareUserNames(context, sites, declareNetworks(context, byHost, opts), opts)
  declareIssuers(context, opts)

  const [first] = distributions.map(({ distribution }) => ({
    distribution: distribution.id,
    distributionHost: distribution.domainName,
  }))
  return {
    ...Object.fromEntries(
      distributions.flatMap(({ label, distribution }) => [
        [`distribution.${label}`, distribution.id],
        [`distributionHost.${label}`, distribution.domainName],
      ]),
    ),
    // What users see first of the platform: the first host of the routes.
    ...first,
    webAcl: webAcl.arn,
    webAclMetric: webAcl.name,
    ...Object.fromEntries(RegionName.options.map((region) => [`healthCheck.${region}`, checks[region].id])),
  }
}

/** Certification Authority Authorization, RFC 8659: who may issue for the domain, and whom others tell. */
function declareIssuers({ fleet, output }: StackContext, opts: { readonly provider: aws.Provider }): void {
  const { certificateAuthorities } = fleet.cloud.aws.dns
  new aws.route53.Record(
    'issuers',
    {
      zoneId: output('aws-core', 'zone'),
      name: fleet.platform.domain,
      type: 'CAA',
      ttl: 3600,
      records: [
        ...certificateAuthorities.map((authority) => `0 issue "${authority}"`),
        ...fleet.cloud.alerts.emails.map((email) => `0 iodef "mailto:${email}"`),
      ],
    },
    opts,
  )
}
