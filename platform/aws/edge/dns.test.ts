import test from 'ava'
import { RegionName } from '../../../clusters/schema.ts'
import { PlatformError } from '../../stack.ts'
import { type DnsRecord, distributions, fleet, graph, healthCheck, records, render } from './graph.testing.ts'

const regions = RegionName.options
const { dns, entrance } = fleet.cloud.aws
const hosts = [...distributions.keys()]
const at = (name: string) => records.filter((record) => record.name === name)

/** SPEC, Disaster recovery: RTO 5 minutes. */
const rtoSeconds = 300
/** What the clouds take beside what is set here: to put a changed answer on every name server of Route 53. */
const marginSeconds = 60
/** The TTL of an alias is that of what it leads to. Source: Route 53, "Choosing between alias and non-alias records". */
const aliasTtlSeconds = 60
/** How long one check may wait for its answer. Source: Route 53, "How Route 53 determines whether a check is healthy". */
const waitSeconds = { HTTPS: 4 + 2, TCP: 10 }

/** From the first failure until no client has the old answer. */
function failoverSeconds({ healthCheckId, ttl = aliasTtlSeconds }: DnsRecord): number {
  return detectionSeconds(healthCheckId) + ttl + marginSeconds
}

function detectionSeconds(reference: string | undefined): number {
  const { type, requestInterval, failureThreshold, childHealthchecks } = healthCheck(reference)
  if (type === 'CALCULATED') return Math.max(...childHealthchecks.map(detectionSeconds))
  if ((type !== 'HTTPS' && type !== 'TCP') || !requestInterval || !failureThreshold) return Number.NaN
  return requestInterval * failureThreshold + waitSeconds[type]
}

test('every failover of DNS is over within five minutes', (t) => {
  const answers = records.filter(({ healthCheckId }) => healthCheckId !== undefined)
  t.true(answers.length > 100)
  for (const record of answers) {
    t.true(failoverSeconds(record) < rtoSeconds, `${record.name} ${record.setIdentifier}`)
  }
  t.is(Math.max(...answers.map(failoverSeconds)), 30 * 3 + 10 + 60 + 60)
})

test('every failover to another origin is over within five minutes', (t) => {
  for (const { inputs } of distributions.values()) {
    for (const { customOriginConfig, connectionAttempts = 3, connectionTimeout = 10 } of inputs.origins) {
      const seconds = connectionAttempts * (connectionTimeout + (customOriginConfig?.originReadTimeout ?? 0))
      t.true(seconds < rtoSeconds)
    }
  }
})

test('where several answers share a name, one that is down is left out, but for the last resort', (t) => {
  const shared = [...Map.groupBy(records, ({ name, type }) => `${name} ${type}`).values()].filter(
    (set) => set.length > 1,
  )
  for (const set of shared) {
    t.is(new Set(set.map(({ setIdentifier }) => setIdentifier)).size, set.length)
    const always = set.filter(({ healthCheckId }) => healthCheckId === undefined)
    for (const { geolocationRoutingPolicies, failoverRoutingPolicies } of always) {
      const lastResort = geolocationRoutingPolicies[0]?.country ?? failoverRoutingPolicies[0]?.type
      t.true(lastResort === '*' || lastResort === 'SECONDARY')
    }
  }
})

test('each region is asked for its health by HTTPS, at the port that wants no certificate', (t) => {
  for (const region of regions) {
    const check = healthCheck(graph.outputs[`healthCheck.${region}`])
    t.like(check, {
      type: 'HTTPS',
      fqdn: fleet.regions[region].entrance.host,
      port: entrance.healthPort,
      resourcePath: entrance.healthPath,
      requestInterval: 10,
      failureThreshold: 3,
    })
    const [name, ...others] = at(fleet.regions[region].entrance.host)
    t.deepEqual(others, [])
    t.is(name?.aliases[0]?.name, `\${aws-${region}.outputs.entranceHost}`)
  }
})

test('the nearest region answers, and where it is down the next', (t) => {
  const latency = records.filter(({ latencyRoutingPolicies }) => latencyRoutingPolicies.length > 0)
  for (const { setIdentifier, latencyRoutingPolicies, aliases, healthCheckId } of latency) {
    t.is(latencyRoutingPolicies[0]?.region, setIdentifier)
    t.true(aliases[0]?.evaluateTargetHealth)
    // The check is that of the region which answers.
    const answering = regions.find((region) => aliases[0]?.name.includes(region))
    t.is(healthCheckId, graph.outputs[`healthCheck.${answering}`])
  }
  const first = latency.filter(({ name }) => !name.includes('-second.'))
  for (const { setIdentifier, aliases } of first) {
    t.is(aliases[0]?.name, `\${aws-${setIdentifier}.outputs.entranceHost}`)
  }
})

test("each continent's users find the network that it prefers", (t) => {
  const leads = {
    cloudflare: (host: string) => dns.networks.cloudflare.replace('{host}', host),
    cloudfront: (host: string) => `\${${distributions.get(host)?.name}.domainName}`,
    fastly: () => dns.networks.fastly,
    k3s: () => 'sites.meridian.example',
  }
  const codes = {
    NA: 'north-america',
    SA: 'south-america',
    EU: 'europe',
    AS: 'asia-pacific',
    OC: 'asia-pacific',
    AF: 'africa',
  } as const
  const countries = Object.values(fleet.areas)
    .flatMap((area) => Object.entries(area.countries))
    .filter(([, { continent }]) => continent === 'middle-east')
    .map(([code]) => code)
  for (const host of hosts) {
    const answer = (place: object) => {
      const found = at(host).filter(({ geolocationRoutingPolicies: [policy] }) =>
        Object.entries(place).every(([key, value]) =>
          Object.entries(policy ?? {}).some(([k, v]) => k === key && v === value),
        ),
      )
      t.is(found.length, 1)
      return found[0]?.records
    }
    for (const [continent, name] of Object.entries(codes)) {
      t.deepEqual(answer({ continent }), [leads[fleet.networks.prefer[name]](host)], `${host} ${continent}`)
    }
    for (const country of countries) {
      t.deepEqual(
        answer({ country }),
        [leads[fleet.networks.prefer['middle-east']](host)],
        `${host} ${country}`,
      )
    }
    const [elsewhere] = answer({ country: '*' }) ?? []
    const lastly = (type: string) =>
      at(elsewhere ?? '').find(({ failoverRoutingPolicies: [policy] }) => policy?.type === type)?.records
    t.deepEqual(lastly('PRIMARY'), [leads.cloudfront(host)])
    t.deepEqual(lastly('SECONDARY'), [leads.cloudflare(host)])
    t.is(at(host).length, Object.keys(codes).length + countries.length + 1)
  }
})

test('each K3s site answers from where it stands', (t) => {
  const sites = fleet.clusters.filter(({ distribution }) => distribution === 'k3s')
  const answers = at('sites.meridian.example')
  t.is(answers.length, sites.length)
  for (const { name, location } of sites) {
    const answer = answers.find(({ setIdentifier }) => setIdentifier === name)
    const { lat = Number.NaN, lon = Number.NaN } = fleet.locations.get(location) ?? {}
    t.deepEqual(answer?.records, [dns.sites[name]])
    t.deepEqual(answer?.geoproximityRoutingPolicy, {
      coordinates: [{ latitude: lat.toFixed(2), longitude: lon.toFixed(2) }],
    })
    t.is(healthCheck(answer?.healthCheckId).ipAddress, dns.sites[name])
  }
})

test('only the authorities of the facts may issue certificates', (t) => {
  const [issuers] = records.filter(({ type }) => type === 'CAA')
  const allowed = issuers?.records.filter((record) => record.includes(' issue '))
  t.deepEqual(
    allowed,
    dns.certificateAuthorities.map((name) => `0 issue "${name}"`),
  )
  t.true(issuers?.records.some((record) => record.startsWith('0 iodef "mailto:')))
})

test.serial('a site without an address is refused before anything is registered', async (t) => {
  const { akl1: _, ...sites } = dns.sites
  const aws = { ...fleet.cloud.aws, dns: { ...dns, sites } }
  const error = await t.throwsAsync(render({ ...fleet, cloud: { ...fleet.cloud, aws } }), {
    instanceOf: PlatformError,
  })
  t.regex(error?.message ?? '', /aws\.dns\.sites has no address for akl1/)
})
