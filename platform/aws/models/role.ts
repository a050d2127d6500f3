import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { policy, trustService } from '../_lib/iam.ts'
import type { InferenceEndpointArgs } from './endpoint.ts'

/** The role that SageMaker takes to bring an endpoint its image and models, and to write its logs. */
export interface ExecutionRole {
  readonly arn: pulumi.Output<string>
  readonly policy: aws.iam.RolePolicy
}

export function declareExecutionRole(
  name: string,
  args: InferenceEndpointArgs & { readonly logs: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): ExecutionRole {
  const { region, account, release, modelsBucket, modelsKey, logs } = args
  const role = new aws.iam.Role(
    `execution-${name}`,
    {
      name: `meridian-inference-${region}`,
      description: `Inference in ${region}: reads its models and its image, writes its logs`,
      assumeRolePolicy: policy(trustService('sagemaker.amazonaws.com', account)),
    },
    opts,
  )
  const statements = policy(
    {
      Sid: 'Models',
      Action: 's3:GetObject',
      Resource: pulumi.interpolate`arn:aws:s3:::${modelsBucket}/archives/*`,
    },
    {
      Sid: 'ModelsAreThere',
      Action: 's3:ListBucket',
      Resource: pulumi.interpolate`arn:aws:s3:::${modelsBucket}`,
      Condition: { StringLike: { 's3:prefix': 'archives/*' } },
    },
    {
      Sid: 'ModelsKey',
      Action: 'kms:Decrypt',
      Resource: modelsKey,
      Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    },
    {
      Sid: 'Image',
      Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: `arn:aws:ecr:${region}:${account}:repository/${release.repository}`,
    },
    // IAM knows no resource for it: the token opens what the statement above allows.
    { Sid: 'Registry', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    {
      Sid: 'Logs',
      Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      Resource: [logs, pulumi.interpolate`${logs}:log-stream:*`],
    },
  )
  return {
    arn: role.arn,
    policy: new aws.iam.RolePolicy(`execution-${name}-policy`, { role: role.name, policy: statements }, opts),
  }
}
