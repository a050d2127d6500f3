import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { factsOf, type Setting } from './setting.ts'

/** Names below the region's own, such as `us-east-1.meridian.example`, as they are known inside its network alone. */
export function declareNames(setting: Setting, vpcId: pulumi.Input<string>): aws.route53.Zone {
  const { host } = factsOf(setting).cache
  return new aws.route53.Zone(
    'inner-names',
    {
      name: host.slice(host.indexOf('.') + 1),
      comment: 'Inside the network of the region',
      vpcs: [{ vpcId }],
    },
    setting.opts,
  )
}

/** The name by which the facts know the cache. It follows the writer, wherever that goes. */
export function nameCache(setting: Setting, zone: aws.route53.Zone, address: pulumi.Input<string>): void {
  new aws.route53.Record(
    'cache-name',
    {
      zoneId: zone.zoneId,
      name: factsOf(setting).cache.host,
      type: 'CNAME',
      ttl: 10,
      records: [address],
    },
    setting.opts,
  )
}

/** The zone hides the public one for all names below it, so what stands there must stand here too. */
export function nameTelemetry(
  setting: Setting,
  zone: aws.route53.Zone,
  { dnsName, zoneId }: aws.lb.LoadBalancer,
): void {
  new aws.route53.Record(
    'telemetry-inner-name',
    {
      zoneId: zone.zoneId,
      name: factsOf(setting).telemetry.host,
      type: 'A',
      aliases: [{ name: dnsName, zoneId, evaluateTargetHealth: true }],
    },
    setting.opts,
  )
}
