import { type DistributionSummary, ListDistributionsCommand } from '@aws-sdk/client-cloudfront'
import type { Clients } from './clients.ts'
import { type Lookup, text } from './lookup.ts'

/** Every distribution's alias target lies in this zone (Route 53 API reference, AliasTarget). */
const cloudFrontZone = 'Z2FDTNDATAQYW2'

/** A distribution has no name: it is found by an alias, which only one can have. */
export const findDistribution: Lookup = async (clients, { spec }) => {
  const aliases = Array.isArray(spec.aliases) ? spec.aliases.map(text) : []
  const found = (await allDistributions(clients)).find(({ Aliases }) =>
    Aliases?.Items?.some((alias) => aliases.includes(alias)),
  )
  if (found?.Id === undefined) return undefined
  return {
    id: found.Id,
    arn: found.ARN ?? '',
    domainName: found.DomainName ?? '',
    hostedZoneId: cloudFrontZone,
  }
}

async function allDistributions({ cloudFront }: Clients): Promise<readonly DistributionSummary[]> {
  const all: DistributionSummary[] = []
  let marker: string | undefined
  do {
    const { DistributionList } = await cloudFront.send(new ListDistributionsCommand({ Marker: marker }))
    all.push(...(DistributionList?.Items ?? []))
    marker = DistributionList?.IsTruncated ? DistributionList.NextMarker : undefined
  } while (marker)
  return all
}
