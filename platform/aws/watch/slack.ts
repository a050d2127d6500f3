import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { Cloud } from '../../../clusters/schema.ts'
import { declareRole, trustService } from '../_lib/iam.ts'

/**
 * Shows alarms in Slack with their charts, and takes no command: its role can read metrics, and the guardrail lets
 * nothing else through. The workspace is connected once by hand, in the console of Amazon Q Developer.
 */
export function declareSlack(
  { aws: { account }, alerts }: Cloud,
  topics: readonly pulumi.Input<string>[],
  opts: pulumi.CustomResourceOptions,
): void {
  const role = declareRole(
    'slack',
    {
      name: 'meridian-slack',
      description: 'Draws the charts of alarms in Slack',
      trust: trustService('chatbot.amazonaws.com', account),
      may: [
        {
          Sid: 'Alarms',
          Action: 'cloudwatch:DescribeAlarms',
          Resource: `arn:aws:cloudwatch:*:${account}:alarm:meridian-*`,
        },
        // Metrics have no resource in IAM.
        {
          Sid: 'Charts',
          Action: ['cloudwatch:GetMetricData', 'cloudwatch:GetMetricWidgetImage'],
          Resource: '*',
        },
      ],
    },
    opts,
  )
  new aws.chatbot.SlackChannelConfiguration(
    'alerts',
    {
      configurationName: 'meridian-alerts',
      slackTeamId: alerts.slack.workspace,
      slackChannelId: alerts.slack.channel,
      iamRoleArn: role.arn,
      guardrailPolicyArns: ['arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess'],
      loggingLevel: 'ERROR',
      snsTopicArns: [...topics],
      userAuthorizationRequired: true,
    },
    opts,
  )
}
