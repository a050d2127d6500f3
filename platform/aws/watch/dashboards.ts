import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { type Cloud, RegionName } from '../../../clusters/schema.ts'
import { type Chart, dashboardBody, type Line } from './chart.ts'

type ByRegion = Readonly<Record<RegionName, pulumi.Output<string>>>

export interface DashboardArgs {
  readonly home: RegionName
  readonly balancers: ByRegion
  readonly healthChecks: ByRegion
  readonly endpoints: ByRegion
  readonly distribution: pulumi.Output<string>
  readonly webAcl: pulumi.Output<string>
  readonly sessionsTable: pulumi.Output<string>
  readonly objectives: Cloud['alerts']['objectives']
}

/**
 * What AWS itself can show: how it serves, and how the business does. Grafana shows the same with what the edges
 * measure beside it (apps/); these are there when the cluster that runs Grafana is not.
 */
export function declareDashboards(args: DashboardArgs, opts: pulumi.CustomResourceOptions): void {
  const { home } = args
  for (const [name, charts] of Object.entries({ service: service(args), business: business(args) })) {
    new aws.cloudwatch.Dashboard(
      `${name}-dashboard`,
      {
        dashboardName: `meridian-${name}`,
        dashboardBody: dashboardBody(charts.map((chart) => ({ region: home, ...chart }))),
      },
      opts,
    )
  }
}

type Part = Omit<Chart, 'region'>

function service({
  balancers,
  healthChecks,
  endpoints,
  distribution,
  webAcl,
  objectives,
}: DashboardArgs): readonly Part[] {
  const allowed = 100 * (1 - objectives.availability)
  return [
    { title: 'Regions that answer', lines: eachRegion((region) => health(healthChecks[region], region)) },
    {
      title: 'Requests by region',
      lines: eachRegion((region) => balancer(balancers[region], region, 'RequestCount', 'Sum')),
    },
    {
      title: 'Failed requests by region',
      lines: eachRegion((region) => balancer(balancers[region], region, 'HTTPCode_Target_5XX_Count', 'Sum')),
    },
    {
      title: 'Response time by region, P99',
      lines: eachRegion((region) => balancer(balancers[region], region, 'TargetResponseTime', 'p99')),
      limit: { label: 'objective', value: objectives.latencyP99Ms / 1000 },
    },
    {
      title: 'CloudFront: failed, in percent',
      lines: [cloudFront(distribution, 'failed', '5xxErrorRate', 'Average')],
      limit: { label: 'error budget', value: Number(allowed.toFixed(4)) },
    },
    {
      title: 'Refused by the firewall',
      lines: [
        {
          label: 'refused',
          namespace: 'AWS/WAFV2',
          metric: 'BlockedRequests',
          dimensions: { WebACL: webAcl, Rule: 'ALL' },
          stat: 'Sum',
          region: 'us-east-1',
        },
      ],
    },
    {
      title: 'Inference, P99 in microseconds',
      lines: eachRegion((region) => inference(endpoints[region], region, 'ModelLatency', 'p99')),
    },
  ]
}

/** How much is used, by how many, and what it costs. Orders and revenue are the services' own to count. */
function business({ balancers, endpoints, distribution, sessionsTable }: DashboardArgs): readonly Part[] {
  return [
    { title: 'Requests from users', lines: [cloudFront(distribution, 'requests', 'Requests', 'Sum')] },
    { title: 'Bytes to users', lines: [cloudFront(distribution, 'bytes', 'BytesDownloaded', 'Sum')] },
    {
      title: 'Answered without us: cache hits, in percent',
      lines: [cloudFront(distribution, 'hits', 'CacheHitRate', 'Average')],
    },
    {
      title: 'Answers by region',
      lines: eachRegion((region) => balancer(balancers[region], region, 'HTTPCode_Target_2XX_Count', 'Sum')),
    },
    {
      title: 'Sessions written',
      lines: eachRegion((region) => ({
        label: region,
        namespace: 'AWS/DynamoDB',
        metric: 'ConsumedWriteCapacityUnits',
        dimensions: { TableName: sessionsTable },
        stat: 'Sum',
        region,
      })),
    },
    {
      title: 'Questions to the models that no edge answered',
      lines: eachRegion((region) => inference(endpoints[region], region, 'Invocations', 'Sum')),
    },
    {
      title: 'Bill of this month so far, in USD',
      lines: [
        {
          label: 'AWS',
          namespace: 'AWS/Billing',
          metric: 'EstimatedCharges',
          dimensions: { Currency: 'USD' },
          stat: 'Maximum',
          region: 'us-east-1',
        },
      ],
    },
  ]
}

function eachRegion(line: (region: RegionName) => Line): readonly Line[] {
  return RegionName.options.map(line)
}

function balancer(LoadBalancer: pulumi.Input<string>, region: string, metric: string, stat: string): Line {
  return {
    label: region,
    namespace: 'AWS/ApplicationELB',
    metric,
    dimensions: { LoadBalancer },
    stat,
    region,
  }
}

function inference(EndpointName: pulumi.Input<string>, region: string, metric: string, stat: string): Line {
  const dimensions = { EndpointName, VariantName: 'all' }
  return { label: region, namespace: 'AWS/SageMaker', metric, dimensions, stat, region }
}

/** CloudFront, Route 53 and the bill are counted in N. Virginia alone. */
function cloudFront(DistributionId: pulumi.Input<string>, label: string, metric: string, stat: string): Line {
  const dimensions = { DistributionId, Region: 'Global' }
  return { label, namespace: 'AWS/CloudFront', metric, dimensions, stat, region: 'us-east-1' }
}

function health(HealthCheckId: pulumi.Input<string>, label: string): Line {
  const dimensions = { HealthCheckId }
  return {
    label,
    namespace: 'AWS/Route53',
    metric: 'HealthCheckStatus',
    dimensions,
    stat: 'Minimum',
    region: 'us-east-1',
  }
}
