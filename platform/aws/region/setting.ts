import type * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import type { Fleet } from '../../../clusters/fleet.ts'
import type { RegionName } from '../../../clusters/schema.ts'
import { PlatformError } from '../../stack.ts'

/** What every part of a region's program needs to know. */
export interface Setting {
  /** The stack's name. */
  readonly stack: string
  readonly region: RegionName
  readonly fleet: Fleet
  /** An output of the stack aws-core, such as `zone`. */
  core(name: string): pulumi.Output<string>
  /** An output of the stack of Ireland, where the primary of the global database is. */
  ireland(name: string): pulumi.Output<string>
  secret(name: string): pulumi.Output<string>
  /** For every resource: its component, and with it its provider. */
  readonly opts: pulumi.CustomResourceOptions
}

/** The purposes that aws-core has a key for in each region. */
export type Purpose = 'data' | 'logs' | 'models' | 'secrets' | 'backups'

/** ARN of the region's key for a purpose. */
export function keyOf({ core, region }: Setting, purpose: Purpose): pulumi.Output<string> {
  return core(`${purpose}Key.${region}`)
}

/** The region's own facts. @throws {PlatformError} where a file lacks them */
export function factsOf({ region, fleet }: Pick<Setting, 'region' | 'fleet'>) {
  const place = fleet.regions[region]
  const cloud = fleet.cloud.aws.regions[region]
  if (!place || !cloud) {
    throw new PlatformError('clusters/cloud.yaml', `nothing is said of ${region}`, 'add it below `regions`')
  }
  return { ...place, ...cloud }
}

/** The last letter of a zone's name: what tells the three subnets of a kind apart. */
export function zoneLetter(zone: string): string {
  return zone.slice(-1)
}

/** For all that holds data: a preview shows that it would go, and Pulumi refuses. */
export function protectedIn({ opts }: Setting): pulumi.CustomResourceOptions {
  return { ...opts, protect: true }
}

/** ARN of something in this account and region: `service:kind/name`. */
export function arnIn({ region, fleet }: Pick<Setting, 'region' | 'fleet'>, service: string, rest: string) {
  return `arn:aws:${service}:${region}:${fleet.cloud.aws.account}:${rest}`
}

/** A subnet of the region and the zone that it lies in. */
export interface Subnet {
  readonly zone: string
  readonly cidr: string
  readonly subnet: aws.ec2.Subnet
}
