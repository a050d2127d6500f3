import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import type { Cloud } from '../../../clusters/schema.ts'

export interface ScalingArgs {
  readonly endpointName: pulumi.Output<string>
  readonly variantName: string
  readonly sizes: Cloud['aws']['inference']
}

/** As many instances as requests ask for: quickly more, slowly fewer. */
export function declareScaling(
  name: string,
  { endpointName, variantName, sizes }: ScalingArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const target = new aws.appautoscaling.Target(
    `instances-${name}`,
    {
      serviceNamespace: 'sagemaker',
      resourceId: pulumi.interpolate`endpoint/${endpointName}/variant/${variantName}`,
      scalableDimension: 'sagemaker:variant:DesiredInstanceCount',
      minCapacity: sizes.min,
      maxCapacity: sizes.max,
    },
    opts,
  )
  new aws.appautoscaling.Policy(
    `instances-${name}-by-invocations`,
    {
      name: `by-invocations-${name}`,
      policyType: 'TargetTrackingScaling',
      serviceNamespace: target.serviceNamespace,
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
        targetValue: sizes.invocationsPerMinute,
        scaleOutCooldown: 60,
        scaleInCooldown: 600,
      },
    },
    opts,
  )
}
