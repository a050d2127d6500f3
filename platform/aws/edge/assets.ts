import * as aws from '@pulumi/aws'
import type * as pulumi from '@pulumi/pulumi'
import { RegionName } from '../../../clusters/schema.ts'
import type { StackContext } from '../../stack.ts'
import { declareAssetsBucket } from './assets-bucket.ts'
import { declareAssetsKeys } from './assets-keys.ts'
import { declareAssetsReplication } from './assets-replication.ts'

/** Where the files of the `assets` upstream lie for CloudFront. */
export interface Assets {
  readonly first: FileOrigin
  /** The copy that is asked while the first is away. */
  readonly second: FileOrigin
}

export interface FileOrigin {
  readonly id: string
  readonly domainName: pulumi.Output<string>
  readonly originAccessControlId: pulumi.Output<string>
}

/** Two buckets, each file in both: what is published in the home region is copied to the second. */
export function declareAssets(
  context: StackContext,
  providers: Readonly<Record<RegionName, aws.Provider>>,
  opts: pulumi.CustomResourceOptions,
): Assets {
  const home = context.fleet.platform.homeRegion
  const other = RegionName.options.find((region) => region !== home) ?? home
  const keys = declareAssetsKeys(context, { home, other }, providers)
  const side = (region: RegionName, key: pulumi.Output<string>) => ({
    region,
    key,
    ...declareAssetsBucket(context, region, key, { provider: providers[region] }),
  })
  const first = side(home, keys.home)
  const second = side(other, keys.other)
  declareAssetsReplication(context, first, second, { provider: providers[home] })
  const access = new aws.cloudfront.OriginAccessControl(
    'assets-access',
    {
      name: 'meridian-assets',
      description: 'CloudFront signs its requests for files',
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    },
    opts,
  )
  const origin = ({ region, bucket }: typeof first): FileOrigin => ({
    id: `files-${region}`,
    domainName: bucket.bucketRegionalDomainName,
    originAccessControlId: access.id,
  })
  return { first: origin(first), second: origin(second) }
}
