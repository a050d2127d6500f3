import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { Cloud, RegionName } from '../../../clusters/schema.ts'
import { policy } from '../_lib/iam.ts'

export interface AlertsArgs {
  readonly region: RegionName
  readonly cloud: Cloud
  /** ARN in the region. */
  readonly logsKey: pulumi.Input<string>
  /** Address of PagerDuty's integration with CloudWatch: who has it can page us. */
  readonly pagerDutyUrl: pulumi.Input<string>
  /** Who publishes: `cloudwatch`, `budgets`. */
  readonly services: readonly string[]
}

export interface Alerts {
  /** Wakes somebody: PagerDuty, Slack, email. */
  readonly page: aws.sns.Topic
  /** Is read by day: Slack, email. */
  readonly notice: aws.sns.Topic
}

/** The two ways in which a region tells people. Each address confirms once that it wants to be told. */
export function declareAlerts(args: AlertsArgs, opts: pulumi.CustomResourceOptions): Alerts {
  const { region, cloud, pagerDutyUrl } = args
  const page = declareTopic('page', args, opts)
  const notice = declareTopic('notice', args, opts)
  new aws.sns.TopicSubscription(
    `page-${region}-pagerduty`,
    { topic: page.arn, protocol: 'https', endpoint: pagerDutyUrl, endpointAutoConfirms: true },
    opts,
  )
  for (const [level, { arn }] of Object.entries({ page, notice })) {
    for (const [index, endpoint] of cloud.alerts.emails.entries()) {
      new aws.sns.TopicSubscription(
        `${level}-${region}-email-${index + 1}`,
        { topic: arn, protocol: 'email', endpoint },
        opts,
      )
    }
  }
  return { page, notice }
}

function declareTopic(
  level: string,
  { region, cloud, logsKey, services }: AlertsArgs,
  opts: pulumi.CustomResourceOptions,
): aws.sns.Topic {
  const topic = new aws.sns.Topic(
    `${level}-${region}`,
    {
      name: `meridian-${level}`,
      displayName: `Meridian ${level}`,
      kmsMasterKeyId: logsKey,
      signatureVersion: 2,
    },
    opts,
  )
  new aws.sns.TopicPolicy(
    `${level}-${region}-policy`,
    {
      arn: topic.arn,
      policy: policy(
        {
          Sid: 'Publish',
          Principal: { Service: services.map((service) => `${service}.amazonaws.com`) },
          Action: 'sns:Publish',
          Resource: topic.arn,
          Condition: { StringEquals: { 'aws:SourceAccount': cloud.aws.account } },
        },
        {
          Sid: 'EncryptedOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource: topic.arn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ),
    },
    opts,
  )
  return topic
}
