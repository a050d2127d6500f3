import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../../clusters/fleet.ts'
import { type Rule, rulesOf, type ThreatSet } from './waf-rules.ts'

export interface WebAclOptions {
  /** CLOUDFRONT before the users (us-east-1 alone), REGIONAL before a load balancer that only edges reach. */
  readonly scope: 'REGIONAL' | 'CLOUDFRONT'
  /** The hosts that are answered; a request for any other is refused. */
  readonly applications: readonly string[]
  readonly fleet: Pick<Fleet, 'platform' | 'cloud' | 'routes' | 'threats'>
  /** ARN of the key for logs, in the region of the web ACL. */
  readonly logKeyArn: pulumi.Input<string>
}

/**
 * A web ACL with the rules that every entrance has, the threat list of clusters/threats.yaml as IP sets, and a log of
 * what it refused. Its log group is called `aws-waf-logs-<name>`, the one prefix that WAF writes to.
 *
 * @example declareWebAcl('edge', { scope: 'CLOUDFRONT', applications: hosts, fleet, logKeyArn }, { provider })
 */
export function declareWebAcl(
  name: string,
  { scope, applications, fleet, logKeyArn }: WebAclOptions,
  opts: pulumi.CustomResourceOptions,
): aws.wafv2.WebAcl {
  const threats = threatSets(name, scope, fleet, opts)
  const acl = new aws.wafv2.WebAcl(
    `${name}-web-acl`,
    {
      name: `meridian-${name}`,
      description: `What is refused before ${name} answers`,
      scope,
      defaultAction: { allow: {} },
      rules: rulesOf({ scope, applications, fleet, threats }).map((rule, priority) =>
        numbered(rule, priority),
      ),
      visibilityConfig: visibility(`meridian-${name}`),
    },
    opts,
  )
  logRefusals(name, acl, fleet.platform.logs.retentionDays, logKeyArn, opts)
  return acl
}

/** An IP set holds addresses of one version. */
function threatSets(
  name: string,
  scope: string,
  { threats }: Pick<Fleet, 'threats'>,
  opts: pulumi.CustomResourceOptions,
): readonly ThreatSet[] {
  return (['ipv4', 'ipv6'] as const).flatMap((version) => {
    const addresses = threats
      .map(({ cidr }) => cidr)
      .filter((cidr) => cidr.includes(':') === (version === 'ipv6'))
    if (addresses.length === 0) return []
    const set = new aws.wafv2.IpSet(
      `${name}-threats-${version}`,
      {
        name: `meridian-${name}-threats-${version}`,
        description: 'clusters/threats.yaml',
        scope,
        ipAddressVersion: version.toUpperCase(),
        addresses,
      },
      opts,
    )
    return [{ version, set }]
  })
}

/** What passes stands in the access logs already. */
function logRefusals(
  name: string,
  acl: aws.wafv2.WebAcl,
  retentionInDays: number,
  kmsKeyId: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-web-acl-logs`,
    { name: `aws-waf-logs-${name}`, retentionInDays, kmsKeyId },
    opts,
  )
  new aws.wafv2.WebAclLoggingConfiguration(
    `${name}-web-acl-logging`,
    {
      resourceArn: acl.arn,
      logDestinationConfigs: [logs.arn],
      loggingFilter: {
        defaultBehavior: 'DROP',
        filters: [
          {
            behavior: 'KEEP',
            requirement: 'MEETS_ANY',
            conditions: ['BLOCK', 'COUNT', 'CHALLENGE'].map((action) => ({ actionCondition: { action } })),
          },
        ],
      },
      redactedFields: ['authorization', 'cookie'].map((header) => ({ singleHeader: { name: header } })),
    },
    opts,
  )
}

function numbered({ name, ...rule }: Rule, priority: number): aws.types.input.wafv2.WebAclRule {
  return { name, priority, ...rule, visibilityConfig: visibility(name) }
}

function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName }
}
