import * as aws from '@pulumi/aws'
import { RegionName } from '../../../clusters/schema.ts'
import type { Program } from '../../stack.ts'
import { awsProvider } from '../provider.ts'
import { InferenceEndpoint } from './endpoint.ts'
import { modelsRelease } from './release.ts'

/** The last fallback of inference (edge → region → here): an endpoint in each region, and the registry of models. */
export const declare: Program = (context) => {
  const { stack, fleet, output } = context
  const release = modelsRelease()
  const endpoints = RegionName.options.map((region) => {
    const provider = awsProvider(stack.name, region, fleet)
    if (region === fleet.platform.homeRegion) {
      new aws.sagemaker.ModelPackageGroup(
        'models',
        {
          modelPackageGroupName: 'meridian-models',
          modelPackageGroupDescription:
            'Versions of the models, each with the report that it was approved by',
        },
        { provider, protect: true },
      )
    }
    const { endpoint } = new InferenceEndpoint(
      region,
      {
        region,
        account: fleet.cloud.aws.account,
        sizes: fleet.cloud.aws.inference,
        logRetentionDays: fleet.platform.logs.retentionDays,
        release,
        modelsBucket: output('aws-core', `modelsBucket.${region}`),
        modelsKey: output('aws-core', `modelsKey.${region}`),
        logsKey: output('aws-core', `logsKey.${region}`),
      },
      { providers: [provider] },
    )
    return [`endpoint.${region}`, endpoint.name] as const
  })
  return Object.fromEntries(endpoints)
}
