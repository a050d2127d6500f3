import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { Budget } from '../../../clusters/schema.ts'
import { PlatformError } from '../../stack.ts'

/**
 * Who bills a line of clusters/budget.yaml: services of AWS by their names in Cost Explorer, or somebody else, whose
 * bill AWS cannot watch. Where both do, AWS's part may use the whole line.
 */
const billedBy: Readonly<Record<string, readonly string[] | 'others'>> = {
  'cloudflare-workers': 'others',
  'lambda-edge': ['AWS Lambda'],
  cloudfront: ['Amazon CloudFront'],
  k3s: 'others',
  monitoring: ['AmazonCloudWatch', 'AWS X-Ray', 'Amazon Simple Notification Service'],
  'ml-inference': ['Amazon SageMaker'],
  security: [
    'AWS WAF',
    'AWS Key Management Service',
    'AWS Secrets Manager',
    'Amazon GuardDuty',
    'AWS Config',
    'AWS CloudTrail',
  ],
  networking: ['Amazon Route 53'],
  storage: ['Amazon Simple Storage Service', 'Amazon DynamoDB', 'Amazon Elastic File System'],
}

/** What the lines do not cover, and AWS does not bill either. */
const outsideOfAws: readonly string[] = ['edge-hardware']

/** A budget a line, and one for the whole account, with the buffer of the plan and what its lines do not cover. */
export function declareBudgets(
  { lines, outside, buffer }: Budget,
  { emails, topic }: { readonly emails: readonly string[]; readonly topic: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): void {
  const notify = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notificationType,
    threshold,
    thresholdType: 'PERCENTAGE',
    comparisonOperator: 'GREATER_THAN',
    subscriberEmailAddresses: [...emails],
    subscriberSnsTopicArns: [topic],
  })
  const declare = (name: string, usd: number, more: Partial<aws.budgets.BudgetArgs> = {}) =>
    new aws.budgets.Budget(
      `budget-${name}`,
      {
        name: `meridian-${name}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        limitAmount: String(usd),
        limitUnit: 'USD',
        notifications: [notify('ACTUAL', 80), notify('ACTUAL', 100), notify('FORECASTED', 100)],
        ...more,
      },
      opts,
    )

  const ours = lines.flatMap(({ id, allocationUsdPerMonth }) => {
    const services = servicesOf(id)
    return services === 'others' ? [] : [{ id, usd: allocationUsdPerMonth, services }]
  })
  for (const { id, usd, services } of ours) {
    declare(id, usd, { costFilters: [{ name: 'Service', values: [...services] }] })
  }
  const apart = outside.filter(({ id }) => !outsideOfAws.includes(id))
  const planned = ours.reduce((sum, { usd }) => sum + usd, 0) * (1 + buffer)
  declare(
    'account',
    Math.round(planned + apart.reduce((sum, { estimateUsdPerMonth }) => sum + estimateUsdPerMonth, 0)),
  )
}

/** Tells of what no budget foresaw: a service that costs far more than on other days. */
export function declareAnomalies(topic: pulumi.Output<string>, opts: pulumi.CustomResourceOptions): void {
  const monitor = new aws.costexplorer.AnomalyMonitor(
    'cost-anomalies',
    { name: 'meridian-services', monitorType: 'DIMENSIONAL', monitorDimension: 'SERVICE' },
    opts,
  )
  new aws.costexplorer.AnomalySubscription(
    'cost-anomalies-notice',
    {
      name: 'meridian-services',
      frequency: 'IMMEDIATE',
      monitorArnLists: [monitor.arn],
      subscribers: [{ type: 'SNS', address: topic }],
      thresholdExpression: {
        dimension: {
          key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          matchOptions: ['GREATER_THAN_OR_EQUAL'],
          values: ['100'],
        },
      },
    },
    opts,
  )
}

function servicesOf(line: string): readonly string[] | 'others' {
  const services = billedBy[line]
  if (services) return services
  throw new PlatformError(
    'platform/aws/watch/budgets.ts',
    `nobody is named who bills the line ${line} of clusters/budget.yaml`,
    "add it to `billedBy`: services of AWS, or 'others'",
  )
}
