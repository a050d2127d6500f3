import {
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53'
import type { Clients } from './clients.ts'
import { type Lookup, text } from './lookup.ts'

/** A public zone by its domain; a private one where it is rendered with networks. */
export const findZone: Lookup = async ({ route53 }, { spec }, resolve) => {
  const domain = await resolve(text(spec.name))
  if (!domain) return undefined
  const isPrivate = Array.isArray(spec.vpcs)
  const { HostedZones = [] } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: domain }))
  const zone = HostedZones.find(
    ({ Name, Config }) => Name === absolute(domain) && (Config?.PrivateZone ?? false) === isPrivate,
  )
  const id = zone?.Id?.split('/').at(-1)
  return id === undefined
    ? undefined
    : { id, zoneId: id, name: domain, arn: `arn:aws:route53:::hostedzone/${id}` }
}

/** Every record set of a zone. */
export async function recordsOf({ route53 }: Clients, zone: string): Promise<readonly ResourceRecordSet[]> {
  const records: ResourceRecordSet[] = []
  let from: Partial<Pick<ResourceRecordSet, 'Name' | 'Type' | 'SetIdentifier'>> = {}
  for (;;) {
    const page = await route53.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: zone,
        StartRecordName: from.Name,
        StartRecordType: from.Type,
        StartRecordIdentifier: from.SetIdentifier,
      }),
    )
    records.push(...(page.ResourceRecordSets ?? []))
    if (!page.IsTruncated) return records
    from = {
      Name: page.NextRecordName,
      Type: page.NextRecordType,
      ...(page.NextRecordIdentifier === undefined ? {} : { SetIdentifier: page.NextRecordIdentifier }),
    }
  }
}

/** A name as zones have it: in lower case, with the dot of the root, an asterisk as itself. */
export function absolute(name: string): string {
  return `${name.toLowerCase().replace('\\052', '*').replace(/\.$/, '')}.`
}
