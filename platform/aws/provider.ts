import * as aws from '@pulumi/aws'
import type { Fleet } from '../../clusters/fleet.ts'
import type { RegionName } from '../../clusters/schema.ts'

/** A provider of its own for each region that a stack works in: tags and the right account come with it. */
export function awsProvider(
  stack: string,
  region: RegionName,
  { cloud }: Pick<Fleet, 'cloud'>,
): aws.Provider {
  return new aws.Provider(region, {
    region,
    allowedAccountIds: [cloud.aws.account],
    defaultTags: { tags: { ...cloud.aws.tags, stack } },
  })
}
