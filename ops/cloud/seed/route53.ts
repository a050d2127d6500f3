import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  type HealthCheckType,
  type ResourceRecordSet,
  type VPCRegion,
} from '@aws-sdk/client-route-53'
import type { Resource } from '../graph.ts'
import { text } from '../lookup.ts'
import { defaultNetwork } from './network.ts'
import type { Seeding } from './seeding.ts'

export async function makeZone({ clients, endpoint }: Seeding, resource: Resource): Promise<void> {
  const { stack, name, region, spec } = resource
  const inside = Array.isArray(spec.vpcs) ? (await defaultNetwork(endpoint, region)).vpc : undefined
  await clients.route53.send(
    new CreateHostedZoneCommand({
      Name: text(spec.name),
      CallerReference: `${stack}/${name}`,
      // A region is a region in either enumeration.
      HostedZoneConfig: { PrivateZone: inside !== undefined },
      VPC: inside === undefined ? undefined : { VPCId: inside, VPCRegion: region as VPCRegion },
    }),
  )
}

export async function makeHealthCheck({ clients, resolve }: Seeding, resource: Resource): Promise<void> {
  const { spec, stack, name } = resource
  const fill = async (value: unknown) => (value === undefined ? undefined : resolve(stack, text(value)))
  const children = Array.isArray(spec.childHealthchecks) ? spec.childHealthchecks : undefined
  await clients.route53.send(
    new CreateHealthCheckCommand({
      CallerReference: `${stack}/${name}`,
      HealthCheckConfig: {
        // The provider takes the API's own words.
        Type: text(spec.type) as HealthCheckType,
        FullyQualifiedDomainName: await fill(spec.fqdn),
        IPAddress: await fill(spec.ipAddress),
        ResourcePath: await fill(spec.resourcePath),
        ...(children === undefined
          ? {
              Port: Number(spec.port),
              RequestInterval: Number(spec.requestInterval ?? 30),
              FailureThreshold: Number(spec.failureThreshold ?? 3),
            }
          : {
              HealthThreshold: Number(spec.childHealthThreshold),
              ChildHealthChecks: await filled(children),
            }),
      },
    }),
  )

  async function filled(values: readonly unknown[]): Promise<string[]> {
    return (await Promise.all(values.map(fill))).filter((value) => value !== undefined)
  }
}

export async function makeRecord({ clients, resolve }: Seeding, { stack, spec }: Resource): Promise<void> {
  const fill = async (value: unknown) => (await resolve(stack, text(value))) ?? ''
  const zone = await fill(spec.zoneId)
  const name = await fill(spec.name)
  // What only another cloud knows, such as the names of Fastly's proofs, cannot be made here.
  if (zone === '' || name === '') return
  const [alias] = listOf(spec.aliases)
  const [latency] = listOf(spec.latencyRoutingPolicies)
  const [failover] = listOf(spec.failoverRoutingPolicies)
  const [geo] = listOf(spec.geolocationRoutingPolicies)
  const values = Array.isArray(spec.records) ? await Promise.all(spec.records.map(fill)) : []
  const set = {
    Name: name,
    Type: await fill(spec.type),
    SetIdentifier: spec.setIdentifier,
    TTL: spec.ttl,
    HealthCheckId: spec.healthCheckId === undefined ? undefined : await fill(spec.healthCheckId),
    ResourceRecords: values.length > 0 ? values.map((Value) => ({ Value })) : undefined,
    AliasTarget: alias && {
      DNSName: await fill(alias.name),
      HostedZoneId: await fill(alias.zoneId),
      EvaluateTargetHealth: alias.evaluateTargetHealth === true,
    },
    Region: latency?.region,
    Failover: failover?.type,
    GeoLocation: geo && { ContinentCode: geo.continent, CountryCode: geo.country },
    // The API's own shape; the provider's words for regions, types and continents are the API's.
  } as ResourceRecordSet
  await clients.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zone,
      // Wildcards and their domains have one proof for both.
      ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: set }] },
    }),
  )
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value : []
}
