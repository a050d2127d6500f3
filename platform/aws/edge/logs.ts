import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import type { StackContext } from '../../stack.ts'

/** Every request of every distribution, as JSON, in the core's bucket for logs, which keeps it as long as all logs. */
export function declareAccessLogs(
  { output }: StackContext,
  distributions: ReadonlyMap<string, aws.cloudfront.Distribution>,
  opts: pulumi.CustomResourceOptions,
): void {
  const destination = new aws.cloudwatch.LogDeliveryDestination(
    'access-logs',
    {
      name: 'meridian-cloudfront',
      outputFormat: 'json',
      deliveryDestinationConfiguration: {
        destinationResourceArn: pulumi.interpolate`arn:aws:s3:::${output('aws-core', 'logsBucket.us-east-1')}`,
      },
    },
    opts,
  )
  for (const [label, distribution] of distributions) {
    const source = new aws.cloudwatch.LogDeliverySource(
      `${label}-access-log`,
      { name: `meridian-${label}`, logType: 'ACCESS_LOGS', resourceArn: distribution.arn },
      opts,
    )
    new aws.cloudwatch.LogDelivery(
      `${label}-access-log-delivery`,
      {
        deliverySourceName: source.name,
        deliveryDestinationArn: destination.arn,
        s3DeliveryConfigurations: [
          { suffixPath: '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}', enableHiveCompatiblePath: false },
        ],
      },
      opts,
    )
  }
}
