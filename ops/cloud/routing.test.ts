import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import test from 'ava'
import { answerOf, type Vantage, zoneOf } from './routing.ts'

const dublin: Vantage = {
  country: 'IE',
  continent: 'EU',
  lat: 53.4,
  lon: -6.3,
  nearest: ['eu-west-1', 'us-east-1', 'ap-southeast-1'],
}
const auckland: Vantage = {
  country: 'NZ',
  continent: 'OC',
  lat: -36.8,
  lon: 174.8,
  nearest: ['ap-southeast-1', 'us-east-1', 'eu-west-1'],
}

/** A zone in which the checks that are named are not well. */
function ask(records: readonly ResourceRecordSet[], name: string, from: Vantage, ...ill: string[]) {
  const answer = answerOf(
    zoneOf(records, (check) => !ill.includes(check)),
    name,
    from,
  )
  return answer && { values: answer.values, ttl: answer.ttlSeconds }
}

function set(name: string, value: string, more: Partial<ResourceRecordSet> = {}): ResourceRecordSet {
  return { Name: `${name}.`, Type: 'A', TTL: 60, ResourceRecords: [{ Value: value }], ...more }
}

test('a plain record answers everybody, whatever is well; a name that is not there answers nobody', (t) => {
  const records = [set('a.example', '192.0.2.1', { HealthCheckId: 'h' })]
  t.deepEqual(ask(records, 'A.example', dublin, 'h'), { values: ['192.0.2.1'], ttl: 60 })
  t.is(ask(records, 'b.example', dublin), undefined)
})

test('latency: the nearest region that is well, and the nearest where none is', (t) => {
  const records = (['us-east-1', 'eu-west-1', 'ap-southeast-1'] as const).map((Region) =>
    set('any.example', Region, { Region, SetIdentifier: Region, HealthCheckId: Region }),
  )
  t.deepEqual(ask(records, 'any.example', dublin)?.values, ['eu-west-1'])
  t.deepEqual(ask(records, 'any.example', auckland)?.values, ['ap-southeast-1'])
  t.deepEqual(ask(records, 'any.example', dublin, 'eu-west-1')?.values, ['us-east-1'])
  const all = ['us-east-1', 'eu-west-1', 'ap-southeast-1']
  t.deepEqual(ask(records, 'any.example', dublin, ...all)?.values, ['eu-west-1'])
})

test('geolocation: the country before the continent before the default, each as far as it is well', (t) => {
  const records = [
    set('g.example', 'default', { SetIdentifier: 'd', GeoLocation: { CountryCode: '*' } }),
    set('g.example', 'europe', {
      SetIdentifier: 'e',
      GeoLocation: { ContinentCode: 'EU' },
      HealthCheckId: 'e',
    }),
    set('g.example', 'ireland', {
      SetIdentifier: 'i',
      GeoLocation: { CountryCode: 'IE' },
      HealthCheckId: 'i',
    }),
  ]
  t.deepEqual(ask(records, 'g.example', dublin)?.values, ['ireland'])
  t.deepEqual(ask(records, 'g.example', dublin, 'i')?.values, ['europe'])
  t.deepEqual(ask(records, 'g.example', dublin, 'i', 'e')?.values, ['default'])
  t.deepEqual(ask(records, 'g.example', auckland)?.values, ['default'])
})

test('geoproximity: the nearest place that is well', (t) => {
  const at = (name: string, Latitude: string, Longitude: string) =>
    set('s.example', name, {
      SetIdentifier: name,
      HealthCheckId: name,
      GeoProximityLocation: { Coordinates: { Latitude, Longitude } },
    })
  const records = [at('fra', '50.03', '8.57'), at('lhr', '51.47', '-0.46'), at('akl', '-37.01', '174.79')]
  t.deepEqual(ask(records, 's.example', dublin)?.values, ['lhr'])
  t.deepEqual(ask(records, 's.example', dublin, 'lhr')?.values, ['fra'])
  t.deepEqual(ask(records, 's.example', auckland)?.values, ['akl'])
})

test('failover: the second only where the first is not well and it is; the first again where neither is', (t) => {
  const records = [
    set('f.example', 'second', { SetIdentifier: '2', Failover: 'SECONDARY', HealthCheckId: '2' }),
    set('f.example', 'first', { SetIdentifier: '1', Failover: 'PRIMARY', HealthCheckId: '1' }),
  ]
  t.deepEqual(ask(records, 'f.example', dublin)?.values, ['first'])
  t.deepEqual(ask(records, 'f.example', dublin, '1')?.values, ['second'])
  t.deepEqual(ask(records, 'f.example', dublin, '1', '2')?.values, ['first'])
})

test('weights: every set that is well and weighs something', (t) => {
  const at = (value: string, Weight: number) =>
    set('w.example', value, { SetIdentifier: value, Weight, HealthCheckId: value })
  const records = [at('a', 1), at('b', 9), at('c', 0)]
  t.deepEqual(ask(records, 'w.example', dublin)?.values, ['a', 'b'])
  t.deepEqual(ask(records, 'w.example', dublin, 'a')?.values, ['b'])
})

test('an alias has the TTL of what it leads to: a record of the zone, or 60 seconds', (t) => {
  const alias = (DNSName: string) => ({ DNSName, HostedZoneId: 'Z', EvaluateTargetHealth: true })
  const outside: ResourceRecordSet = { Name: 'out.example.', Type: 'A', AliasTarget: alias('lb.aws.example') }
  const inside: ResourceRecordSet = { Name: 'in.example.', Type: 'A', AliasTarget: alias('r.example') }
  const records = [outside, inside, set('r.example', '192.0.2.1', { TTL: 20 })]
  t.deepEqual(ask(records, 'out.example', dublin), { values: ['lb.aws.example'], ttl: 60 })
  t.deepEqual(ask(records, 'in.example', dublin), { values: ['192.0.2.1'], ttl: 20 })
})

test('an alias that looks at its target is not well where nothing behind it is', (t) => {
  const alias = { DNSName: 'behind.example', HostedZoneId: 'Z', EvaluateTargetHealth: true }
  const records: ResourceRecordSet[] = [
    { Name: 'f.example.', Type: 'A', SetIdentifier: '1', Failover: 'PRIMARY', AliasTarget: alias },
    set('f.example', 'second', { SetIdentifier: '2', Failover: 'SECONDARY' }),
    set('behind.example', 'first', { SetIdentifier: 'x', Weight: 1, HealthCheckId: 'x' }),
  ]
  t.deepEqual(ask(records, 'f.example', dublin)?.values, ['first'])
  t.deepEqual(ask(records, 'f.example', dublin, 'x')?.values, ['second'])
})

test('a CNAME is followed in the zone, and its own TTL counts beside the one of what it leads to', (t) => {
  const cname = (name: string, to: string, TTL: number) => set(name, to, { Type: 'CNAME', TTL })
  const records = [
    cname('c.example', 'r.example.', 300),
    set('r.example', '192.0.2.1', { TTL: 60 }),
    cname('o.example', 'cdn.test', 30),
  ]
  t.deepEqual(ask(records, 'c.example', dublin), { values: ['192.0.2.1'], ttl: 300 })
  t.deepEqual(ask(records, 'o.example', dublin), { values: ['cdn.test'], ttl: 30 })
})

test('a wildcard answers for names that have no record of their own; a circle answers nobody', (t) => {
  const records = [
    set('*.example', 'any'),
    set('own.example', 'own'),
    set('a.loop', 'b.loop', { Type: 'CNAME' }),
    set('b.loop', 'a.loop', { Type: 'CNAME' }),
  ]
  t.deepEqual(ask(records, 'x.example', dublin)?.values, ['any'])
  t.deepEqual(ask(records, 'own.example', dublin)?.values, ['own'])
  t.deepEqual(ask(records, 'a.loop', dublin)?.values, ['a.loop'])
})
