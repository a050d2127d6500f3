import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { Cloud, RegionName, Routes } from '../../../clusters/schema.ts'

export interface TracingArgs {
  readonly region: RegionName
  /** ARN in the region. */
  readonly logsKey: pulumi.Input<string>
  readonly routes: Routes['routes']
  readonly healthPath: string
  readonly objectives: Cloud['alerts']['objectives']
}

/** X-Ray, for what AWS's own services know of a request; end to end it is Jaeger that knows. */
export function declareTracing(
  { region, logsKey, routes, healthPath, objectives }: TracingArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.xray.EncryptionConfig(`traces-${region}`, { type: 'KMS', keyId: logsKey }, opts)

  const group = (name: string, filterExpression: string) =>
    new aws.xray.Group(
      `traces-${region}-${name}`,
      {
        groupName: `meridian-${name}`,
        filterExpression,
        insightsConfiguration: { insightsEnabled: true, notificationsEnabled: false },
      },
      opts,
    )
  group('failed', 'fault = true OR error = true')
  group('slow', `responsetime > ${objectives.latencyP99Ms / 1000}`)

  // Tried in the order of their priority: health never, models always enough to see, the rest one in a hundred.
  const rule = (name: string, priority: number, urlPath: string, reservoirSize: number, fixedRate: number) =>
    new aws.xray.SamplingRule(
      `traces-${region}-sample-${name}`,
      {
        ruleName: `meridian-${name}`,
        priority,
        version: 1,
        host: '*',
        httpMethod: '*',
        serviceName: '*',
        serviceType: '*',
        resourceArn: '*',
        urlPath,
        reservoirSize,
        fixedRate,
      },
      opts,
    )
  rule('health', 10, healthPath, 0, 0)
  for (const [index, { id, path }] of routes.filter(({ upstream }) => upstream === 'inference').entries()) {
    rule(id, 100 + index, `${path}*`, 1, 0.05)
  }
  rule('rest', 1000, '*', 1, 0.01)
}
