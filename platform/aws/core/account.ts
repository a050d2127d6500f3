import type * as aws from '@pulumi/aws'
import type { Fleet } from '../../../clusters/fleet.ts'
import { RegionName } from '../../../clusters/schema.ts'
import { PlatformError, type StackContext } from '../../stack.ts'
import { awsProvider } from '../provider.ts'

export type ByRegion<T> = Readonly<Record<RegionName, T>>

/** The account that this stack lays the ground in, with a provider for each region. */
export interface Account {
  /** Twelve digits. */
  readonly id: string
  /** Where there is one of something: the registry, the trail, the secrets. */
  readonly home: RegionName
  /** All of them, the home region first. */
  readonly regions: readonly RegionName[]
  readonly providers: ByRegion<aws.Provider>
  readonly fleet: Fleet
}

/** @throws {PlatformError} where the registry of the facts lies in another account or region */
export function openAccount({ stack, fleet }: StackContext): Account {
  const { homeRegion: home, registry } = fleet.platform
  const id = fleet.cloud.aws.account
  const expected = `${id}.dkr.ecr.${home}.amazonaws.com`
  if (registry !== expected) {
    throw new PlatformError(
      'clusters/platform.yaml',
      `registry is ${registry}, but account ${id} has its registry in ${home} at ${expected}`,
      'let `registry`, `homeRegion` and `aws.account` of cloud.yaml agree',
    )
  }
  const regions = [home, ...RegionName.options.filter((region) => region !== home)]
  return {
    id,
    home,
    regions,
    providers: byRegion(regions, (region) => awsProvider(stack.name, region, fleet)),
    fleet,
  }
}

/** Makes one for each region. */
export function byRegion<T>(regions: readonly RegionName[], make: (region: RegionName) => T): ByRegion<T> {
  // Every region is in the list: it is made of RegionName's own.
  return Object.fromEntries(regions.map((region) => [region, make(region)])) as ByRegion<T>
}

/** The region after this one, in a ring: where its backups go. */
export function nextRegion({ regions }: Account, region: RegionName): RegionName {
  return regions[(regions.indexOf(region) + 1) % regions.length] ?? region
}
