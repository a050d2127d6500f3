import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import { ofType, type Resource } from '../../cloud/graph.ts'
import { absolute, recordsOf } from '../../cloud/zones.ts'
import { absent, type Check, compare, type Step, skipped, unresolved, type Walk } from '../walk.ts'
import { RecordSpec, renderedPolicy, sentence, toldPolicy } from './record-sentence.ts'

export const zones: Step = {
  name: 'zones',
  run: ({ graph, live }) =>
    Promise.all(
      ofType(graph, 'route53.aws Zone').map(async (zone) => {
        const found = await live.outputs(zone)
        const subject = `zone ${zone.spec.name}`
        return found
          ? compare(subject, String(zone.spec.name), found.name ?? found.id)
          : absent(zone, subject)
      }),
    ),
}

export const records: Step = {
  name: 'records',
  async run(walk) {
    const byZone = new Map<string, readonly ResourceRecordSet[]>()
    const declared = new Set<ResourceRecordSet>()
    const checks: Check[] = []
    let nameless = false
    for (const resource of ofType(walk.graph, 'route53.aws Record')) {
      const spec = RecordSpec.parse(resource.spec)
      const place = await placeOf(walk, resource, spec)
      if ('status' in place) {
        checks.push(place)
        nameless = true
        continue
      }
      const all = byZone.get(place.zoneId) ?? [...(await recordsOf(walk.clients, place.zoneId))]
      byZone.set(place.zoneId, all)
      const found = recordIn(all, { ...spec, ...place })
      if (found) declared.add(found)
      const filled = await fill(walk, resource, { ...spec, ...place })
      checks.push('status' in filled ? filled : checkRecord(filled, found))
    }
    // What no stack declares any more still answers: a name that leads to an address which somebody else may get.
    const stale = [...byZone.values()].flat().filter((set) => {
      const { Name = '', Type = '' } = set
      if (declared.has(set)) return false
      // Proofs for certificates have names that only ACM knows.
      if (nameless && Name.startsWith('_')) return false
      return !['NS', 'SOA'].includes(Type)
    })
    return [...checks, ...stale.map(staleRecord)]
  },
}

type Place = Pick<RecordSpec, 'zoneId' | 'name' | 'type'>

/** Where a record stands, or what there is to say where that is unknown. */
async function placeOf({ live }: Walk, { stack }: Resource, spec: RecordSpec): Promise<Place | Check> {
  const [zoneId, name, type] = await Promise.all(
    [spec.zoneId, spec.name, spec.type].map((text) => live.resolve(stack, text)),
  )
  if (zoneId === undefined) return unresolved(live, stack, subjectOf(spec), spec.zoneId)
  if (name === undefined || type === undefined) return unresolved(live, stack, subjectOf(spec), spec.name)
  return { zoneId, name, type }
}

/** The record of a zone that a rendered one is; several stacks may declare one, such as a certificate's proof. */
function recordIn(all: readonly ResourceRecordSet[], spec: RecordSpec): ResourceRecordSet | undefined {
  return all.find(
    ({ Name = '', Type, SetIdentifier }) =>
      absolute(Name) === absolute(spec.name) && Type === spec.type && SetIdentifier === spec.setIdentifier,
  )
}

/** A record with what it leads to filled in, or what there is to say where that cannot be. */
async function fill({ live }: Walk, { stack }: Resource, spec: RecordSpec): Promise<RecordSpec | Check> {
  const filled = new Map<string, string>()
  const aliases = spec.aliases.map(({ name }) => name)
  for (const text of [...spec.records, ...aliases, spec.healthCheckId ?? '']) {
    const value = await live.resolve(stack, text)
    if (value === undefined) return unresolved(live, stack, subjectOf(spec), text)
    filled.set(text, value)
  }
  const value = (text: string) => filled.get(text) ?? ''
  return {
    ...spec,
    records: spec.records.map(value),
    aliases: aliases.map((name) => ({ name: value(name) })),
    ...(spec.healthCheckId === undefined ? {} : { healthCheckId: value(spec.healthCheckId) }),
  }
}

function checkRecord(spec: RecordSpec, found: ResourceRecordSet | undefined): Check {
  const subject = subjectOf(spec)
  const policy = renderedPolicy(spec)
  const expected = {
    to: [...spec.records, ...spec.aliases.map(({ name }) => name)],
    type: spec.type,
    ttl: spec.ttl,
    check: spec.healthCheckId,
  }
  if (!found) return compare(subject, sentence({ ...expected, policy }), undefined)
  const there = partsOf(found)
  // Route 53 tells the policy of every set that has an identifier; moto not of all.
  if (policy !== undefined && there.policy === undefined && sentence(expected) === sentence(there)) {
    return skipped(subject, sentence({ ...expected, policy }), 'the API does not tell by which policy')
  }
  return compare(subject, sentence({ ...expected, policy }), sentence(there))
}

function partsOf(set: ResourceRecordSet) {
  const alias = set.AliasTarget?.DNSName
  return {
    to: [
      ...(set.ResourceRecords ?? []).map(({ Value = '' }) => Value),
      ...(alias === undefined ? [] : [alias]),
    ],
    type: set.Type ?? '',
    ttl: alias === undefined ? set.TTL : undefined,
    policy: toldPolicy(set),
    check: set.HealthCheckId,
  }
}

function subjectOf({
  name,
  type,
  setIdentifier,
}: Pick<RecordSpec, 'name' | 'type' | 'setIdentifier'>): string {
  return ['record', name, type, setIdentifier ?? ''].join(' ').trim()
}

function staleRecord(set: ResourceRecordSet): Check {
  const name = absolute(set.Name ?? '').slice(0, -1)
  const subject = subjectOf({ name, type: set.Type ?? '', setIdentifier: set.SetIdentifier })
  const reason = 'stale: no stack declares it'
  return { subject, status: 'failed', expected: 'nothing', found: sentence(partsOf(set)), reason }
}
