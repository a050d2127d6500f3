import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import { RegionName } from '../../../clusters/schema.ts'
import type { StackContext } from '../../stack.ts'
import { declareRole } from '../_lib/iam.ts'

/** The four moments at which CloudFront calls a function. */
export const events = ['viewer-request', 'origin-request', 'origin-response', 'viewer-response'] as const
export type Event = (typeof events)[number]

/** What each does, and what Lambda@Edge allows it. Source: CloudFront quotas, "Quotas on Lambda@Edge". */
const duties: Readonly<Record<Event, { description: string; memorySize: number; timeout: number }>> = {
  'viewer-request': { description: 'Authentication and routing', memorySize: 128, timeout: 5 },
  'origin-request': { description: 'Cache control', memorySize: 256, timeout: 10 },
  'origin-response': { description: 'Compression', memorySize: 512, timeout: 10 },
  'viewer-response': { description: 'Security headers', memorySize: 128, timeout: 5 },
}

/** ARNs of published versions: CloudFront takes no other. */
export type Functions = Readonly<Record<Event, pulumi.Output<string>>>

/** The four Lambda@Edge functions: one bundle, a handler each. They live in us-east-1; AWS copies them to its edges. */
export function declareFunctions(
  { bundle, fleet, output }: StackContext,
  providers: Readonly<Record<RegionName, aws.Provider>>,
): Functions {
  const { path, digest } = bundle('viewer')
  // Pulumi runs in platform/.
  const code = { code: new pulumi.asset.FileArchive(`../${path}`), sourceCodeHash: digest }
  const declare = (event: Event) => {
    const name = `meridian-${event}`
    const groups = declareLogGroups(event, name, fleet.platform.logs.retentionDays, output, providers)
    const role = declareRole(
      `${event}-role`,
      {
        name: `${name}-edge`,
        description: `${duties[event].description}, at the edges of CloudFront`,
        trust: {
          Principal: { Service: ['edgelambda.amazonaws.com', 'lambda.amazonaws.com'] },
          Action: 'sts:AssumeRole',
        },
        may: [
          {
            Sid: 'Log',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: groups.map(({ arn }) => pulumi.interpolate`${arn}:log-stream:*`),
          },
        ],
      },
      { provider: providers['us-east-1'] },
    )
    return new aws.lambda.Function(
      event,
      {
        name,
        ...duties[event],
        ...code,
        handler: `index.${event.replace(/-(.)/, (_, letter: string) => letter.toUpperCase())}`,
        runtime: 'nodejs24.x',
        architectures: ['x86_64'],
        role: role.arn,
        publish: true,
        // CloudFront's copies outlive a removed function by hours: it can only be deleted once they are gone.
        skipDestroy: true,
      },
      { provider: providers['us-east-1'] },
    ).qualifiedArn
  }
  return {
    'viewer-request': declare('viewer-request'),
    'origin-request': declare('origin-request'),
    'origin-response': declare('origin-response'),
    'viewer-response': declare('viewer-response'),
  }
}

/**
 * A function writes its log in the region that it happens to run in, under us-east-1's name. It may write to groups
 * that are there already, encrypted and kept as long as all logs, and may make none: elsewhere it runs without a log,
 * and the access logs tell of its requests.
 */
function declareLogGroups(
  event: Event,
  name: string,
  retentionInDays: number,
  output: StackContext['output'],
  providers: Readonly<Record<RegionName, aws.Provider>>,
): readonly aws.cloudwatch.LogGroup[] {
  return RegionName.options.map(
    (region) =>
      new aws.cloudwatch.LogGroup(
        `${event}-logs-${region}`,
        {
          name: `/aws/lambda/us-east-1.${name}`,
          retentionInDays,
          kmsKeyId: output('aws-core', `logsKey.${region}`),
        },
        { provider: providers[region] },
      ),
  )
}
