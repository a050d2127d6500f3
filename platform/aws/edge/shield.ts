import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'
import type { StackContext } from '../../stack.ts'

/**
 * Shield Advanced, where the facts switch it on: its price is in clusters/prices.yaml. Shield Standard protects all
 * of this without a resource.
 */
export function declareShield(
  { fleet, output }: StackContext,
  distributions: ReadonlyMap<string, aws.cloudfront.Distribution>,
  opts: pulumi.CustomResourceOptions,
): void {
  if (!fleet.cloud.aws.shield.advanced) return
  const subscription = new aws.shield.Subscription('shield', { autoRenew: 'ENABLED' }, opts)
  const protect = (name: string, resourceArn: pulumi.Input<string>) =>
    new aws.shield.Protection(
      `${name}-shield`,
      { name: `meridian-${name}`, resourceArn },
      { ...opts, dependsOn: subscription },
    )
  for (const [label, { arn }] of distributions) {
    const protection = protect(label, arn)
    new aws.shield.ApplicationLayerAutomaticResponse(
      `${label}-mitigation`,
      { resourceArn: arn, action: 'BLOCK' },
      { ...opts, dependsOn: protection },
    )
  }
  protect('zone', pulumi.interpolate`arn:aws:route53:::hostedzone/${output('aws-core', 'zone')}`)
}
