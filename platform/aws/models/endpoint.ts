import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import type { Cloud, RegionName } from '../../../clusters/schema.ts'
import type { ModelsRelease } from './release.ts'
import { declareExecutionRole } from './role.ts'
import { declareScaling } from './scaling.ts'

export interface InferenceEndpointArgs {
  readonly region: RegionName
  readonly account: string
  readonly sizes: Cloud['aws']['inference']
  readonly logRetentionDays: number
  readonly release: ModelsRelease
  /** The region's own copy of the models. */
  readonly modelsBucket: pulumi.Output<string>
  /** ARNs of keys in the region. */
  readonly modelsKey: pulumi.Output<string>
  readonly logsKey: pulumi.Output<string>
}

/**
 * An endpoint that answers with all models. Its containers reach no network at all: SageMaker brings them their image
 * and their models, and requests. What is asked is not kept (data capture stays off: requests are users' data).
 */
export class InferenceEndpoint extends pulumi.ComponentResource {
  readonly endpoint: aws.sagemaker.Endpoint

  constructor(name: string, args: InferenceEndpointArgs, opts: pulumi.ComponentResourceOptions) {
    super('meridian:InferenceEndpoint', `inference-${name}`, {}, opts)
    const { region, account, sizes, release } = args
    const parent = { parent: this }
    const endpointName = `meridian-inference-${region}`
    const variantName = 'all'

    const logs = new aws.cloudwatch.LogGroup(
      `logs-${name}`,
      {
        name: `/aws/sagemaker/Endpoints/${endpointName}`,
        kmsKeyId: args.logsKey,
        retentionInDays: args.logRetentionDays,
      },
      { ...parent, protect: true },
    )
    const role = declareExecutionRole(name, { ...args, logs: logs.arn }, parent)
    // Models and configurations are never changed, only followed by others: their names are given by Pulumi.
    const model = new aws.sagemaker.Model(
      `model-${name}`,
      {
        executionRoleArn: role.arn,
        enableNetworkIsolation: true,
        primaryContainer: {
          image: `${account}.dkr.ecr.${region}.amazonaws.com/${release.image}`,
          modelDataUrl: pulumi.interpolate`s3://${args.modelsBucket}/archives/${release.archive}.tar.gz`,
        },
      },
      parent,
    )
    const configuration = new aws.sagemaker.EndpointConfiguration(
      `configuration-${name}`,
      {
        kmsKeyArn: args.modelsKey,
        productionVariants: [
          {
            variantName,
            modelName: model.name,
            instanceType: sizes.instance,
            initialInstanceCount: sizes.min,
            initialVariantWeight: 1,
            containerStartupHealthCheckTimeoutInSeconds: 300,
            // A request goes to the instance with the fewest under way: inference takes long and evenly long.
            routingConfigs: [{ routingStrategy: 'LEAST_OUTSTANDING_REQUESTS' }],
          },
        ],
      },
      parent,
    )
    const errors = new aws.cloudwatch.MetricAlarm(
      `errors-${name}`,
      {
        name: `${endpointName}-errors`,
        alarmDescription: 'A new model that fails is taken back by this alarm',
        namespace: 'AWS/SageMaker',
        metricName: 'Invocation5XXErrors',
        dimensions: { EndpointName: endpointName, VariantName: variantName },
        statistic: 'Average',
        period: 60,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0.01,
        treatMissingData: 'notBreaching',
      },
      parent,
    )
    this.endpoint = new aws.sagemaker.Endpoint(
      `endpoint-${name}`,
      {
        name: endpointName,
        endpointConfigName: configuration.name,
        deploymentConfig: {
          blueGreenUpdatePolicy: {
            trafficRoutingConfiguration: {
              type: 'CANARY',
              canarySize: { type: 'CAPACITY_PERCENT', value: 25 },
              waitIntervalInSeconds: 600,
            },
            terminationWaitInSeconds: 300,
          },
          autoRollbackConfiguration: { alarms: [{ alarmName: errors.name }] },
        },
      },
      // The role must be able to read before SageMaker asks for the model.
      { ...parent, dependsOn: [logs, role.policy] },
    )
    declareScaling(name, { endpointName: this.endpoint.name, variantName, sizes }, parent)
    this.registerOutputs()
  }
}
