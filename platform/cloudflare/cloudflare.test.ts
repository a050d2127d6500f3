import { join } from 'node:path'
import test from 'ava'
import { type Fleet, loadFleet } from '../../clusters/fleet.ts'
import { Cloud, RegionName } from '../../clusters/schema.ts'
import { renderStack } from '../render/render.ts'
import type { Graph, Resource } from '../render/resource.ts'
import { PlatformError } from '../stack.ts'
import { stackNamed } from '../stacks.ts'
import { matches } from './expressions.fixture.ts'

const fleet = loadFleet(join(import.meta.dirname, '../../clusters'))
const { routes, upstreams } = fleet.routes
const hosts = [...new Set(routes.map(({ host }) => host))]
const graph = await render(fleet)
// Tests that render again are serial: one program runs in a process at a time.

function render(facts: Fleet): Promise<Graph> {
  return renderStack(stackNamed('cloudflare'), facts)
}

/** With other switches of Cloudflare's. */
function withSwitches(cloudflare: Partial<Cloud['cloudflare']>): Fleet {
  return { ...fleet, cloud: { ...fleet.cloud, cloudflare: { ...fleet.cloud.cloudflare, ...cloudflare } } }
}

function withRoutes(change: (route: (typeof routes)[number]) => (typeof routes)[number]): Fleet {
  return { ...fleet, routes: { upstreams, routes: routes.map(change) } }
}

function of(kind: string, { resources }: Graph = graph): readonly Resource[] {
  return resources.filter(({ type }) => type.endsWith(`:${kind}`))
}

// biome-ignore lint/suspicious/noExplicitAny: inputs are compared, whatever their shape
function inputs(name: string, { resources }: Graph = graph): any {
  const found = resources.find((resource) => resource.name === name)
  if (!found) throw new Error(`nothing is called ${name}: ${resources.map((one) => one.name).join(', ')}`)
  return found.inputs
}

interface Rule {
  readonly ref: string
  readonly expression: string
  readonly action: string
  readonly actionParameters: Record<string, unknown>
  readonly ratelimit?: Record<string, unknown>
}

function rules(name: string): readonly Rule[] {
  return inputs(name).rules
}

test('the stack says which locations it serves: all that list the network', (t) => {
  const served = [...fleet.locations.values()].filter(({ networks }) => networks.includes('cloudflare'))
  t.deepEqual(
    graph.outputs.locations?.split(','),
    served.map(({ code }) => code),
  )
  t.true(served.length >= fleet.networks.networks.cloudflare.minLocations)
})

test('every host of a route leads to the Worker, and from there to the regions of its upstreams', (t) => {
  const balancers = new Map(of('LoadBalancer').map((one) => [one.inputs.name, one.inputs]))
  for (const host of hosts) {
    const label = host.split('.')[0]
    t.is(inputs(`route-${label}`).pattern, `${host}/*`)
    t.is(inputs(`route-${label}`).script, inputs('worker').name)
    const record = inputs(`record-${label}`)
    t.like(record, { name: host, type: 'CNAME', proxied: true })
    const regions = RegionName.options.filter((region) =>
      routes
        .filter((route) => route.host === host && route.upstream !== 'inference')
        .every((route) => upstreams[route.upstream]?.regions.includes(region)),
    )
    const pools = balancers.get(record.content)?.defaultPools as string[]
    t.deepEqual(pools.toSorted(), regions.map((region) => `\${pool-${region}.id}`).toSorted(), host)
    t.is(pools[0], `\${pool-${fleet.networks.networks.cloudflare.region}.id}`, host)
  }
})

test('a country whose locations name a nearer region asks that first, and then the others', (t) => {
  const { countryPools, steeringPolicy, adaptiveRouting } = inputs('balance-any')
  t.is(steeringPolicy, 'geo')
  t.deepEqual(adaptiveRouting, { failoverAcrossPools: true })
  t.deepEqual(countryPools.AU, [
    `\${pool-ap-southeast-1.id}`,
    `\${pool-eu-west-1.id}`,
    `\${pool-us-east-1.id}`,
  ])
  // Astana and Almaty name two: the Worker tells them apart, a country does not.
  t.is(countryPools.KZ, undefined)
  t.deepEqual(inputs('balance-accounts').countryPools.AU, [`\${pool-eu-west-1.id}`, `\${pool-us-east-1.id}`])
})

test('the regions are the facts, and are asked for health as users ask them, with our certificate', (t) => {
  for (const region of RegionName.options) {
    const { host, port } = fleet.regions[region].entrance
    t.like(inputs(`pool-${region}`).origins, [{ address: host, port, enabled: true }])
    t.is(inputs(`pool-${region}`).monitor, `\${entrance-health.id}`)
  }
  const monitor = inputs('entrance-health')
  t.like(monitor, { type: 'https', allowInsecure: false, probeZone: fleet.platform.domain })
  t.is(monitor.path, fleet.cloud.aws.entrance.healthPath)
  // SPEC: an RTO of 5 minutes.
  t.true((monitor.interval + monitor.timeout) * monitor.consecutiveDown < 300)
})

test('TLS is 1.3 towards users, checked and quantum-safe towards regions', (t) => {
  const settings = Object.fromEntries(
    of('ZoneSetting').map(({ inputs: { settingId, value } }) => [settingId, value]),
  )
  t.like(settings, {
    min_tls_version: '1.3',
    tls_1_3: 'on',
    '0rtt': 'off',
    always_use_https: 'on',
    opportunistic_encryption: 'off',
    ssl: 'strict',
  })
  t.like(settings.security_header, {
    strictTransportSecurity: { enabled: true, maxAge: 63_072_000, includeSubdomains: true },
  })
  t.deepEqual(inputs('quantum-safe').values, ['pqh'])
})

test('one certificate covers every host, and is proven without the names that other networks need', (t) => {
  t.deepEqual(inputs('certificate').hosts, [fleet.platform.domain, `*.${fleet.platform.domain}`])
  t.is(inputs('certificate-proof').name, `_acme-challenge.${fleet.platform.domain}`)
  t.is(inputs('certificate-proof').zoneId, `\${aws-core.outputs.zone}`)
  t.is(inputs('zone').type, 'partial')
})

test('every way to a region shows our own certificate', (t) => {
  t.true(inputs('zone-client-certificate-shown').enabled)
  const { configs } = inputs('host-client-certificate-shown')
  t.deepEqual(
    configs,
    hosts.map((hostname) => ({ hostname, certId: `\${host-client-certificate.id}`, enabled: true })),
  )
  const bound = inputs('worker-version').bindings.find(
    ({ type }: { type: string }) => type === 'mtls_certificate',
  )
  t.is(bound.certificateId, `\${worker-client-certificate.id}`)
})

test('keys and certificates are not shown', (t) => {
  const text = JSON.stringify(graph)
  t.notRegex(text, /originPull(Key|Certificate)|BEGIN [A-Z ]*(PRIVATE KEY|CERTIFICATE)/)
  for (const name of ['zone-client-certificate', 'host-client-certificate', 'worker-client-certificate']) {
    t.is(inputs(name).privateKey, `\${secret}`, name)
  }
})

test('every request passes the managed rules, OWASP and the flood rules', (t) => {
  const executed = [...rules('managed-rules'), ...rules('floods')]
  t.deepEqual(
    executed.map(({ action, expression }) => [action, expression]),
    executed.map(() => ['execute', 'true']),
  )
  t.is(executed.length, 3)
  t.deepEqual(inputs('managed-rules').phase, 'http_request_firewall_managed')
  // Nobody is answered before the firewall stands.
  t.deepEqual(graph.resources.find(({ name }) => name === 'router')?.dependsOn, ['firewall'])
})

test('the threat list is that of the facts, and is refused', (t) => {
  t.deepEqual(
    inputs('threats').items.map(({ ip }: { ip: string }) => ip),
    fleet.threats.map(({ cidr }) => cidr),
  )
  t.like(rules('own-rules')[0], { action: 'block', expression: 'ip.src in $meridian_threats' })
})

test('the rates are those of the facts, for each address', (t) => {
  const { requestsPerMinute, routes: limits } = fleet.cloud.aws.waf
  const found = Object.fromEntries(rules('rates').map(({ ref, ratelimit }) => [ref, ratelimit]))
  t.like(found['rate-all'], { period: 60, requestsPerPeriod: requestsPerMinute })
  for (const [id, limit] of Object.entries(limits)) {
    t.like(found[`rate-${id}`], { period: 60, requestsPerPeriod: limit }, id)
    t.deepEqual(found[`rate-${id}`]?.characteristics, ['ip.src', 'cf.colo.id'], id)
  }
})

test('a path that a route answers is refused by no rule, a path that none answers by one', (t) => {
  const own = rules('own-rules').filter(({ expression }) => expression.startsWith('http.host'))
  const refused = (host: string, path: string, method = 'GET') =>
    own.some(({ expression }) => matches(expression, { host, path, method }))
  for (const { host, path } of routes) {
    t.false(refused(host, path), `${host}${path}`)
    t.false(refused(host, `${path}/below`.replace('//', '/')), `${host}${path}/below`)
  }
  t.true(refused('api.meridian.example', '/v1x'))
  t.true(refused('telemetry.meridian.example', '/v1'))
  t.true(refused('assets.meridian.example', '/logo.svg', 'POST'))
  t.false(refused('accounts.meridian.example', '/sign-in', 'POST'))
})

test('what may be kept is decided for each request by its route alone, the longest', (t) => {
  const keep = rules('cache-requests')
  for (const route of routes) {
    for (const path of [route.path, `${route.path}/below`.replace('//', '/')]) {
      const found = keep.filter(({ expression }) => matches(expression, { host: route.host, path }))
      t.deepEqual(
        found.map(({ ref }) => ref),
        [`keep-${route.id}`],
        `${route.host}${path}`,
      )
      t.is(found[0]?.actionParameters.cache, route.public && route.cacheSeconds > 0, route.id)
    }
  }
})

test('where the origin does not say how long, the route does; what is not public has no time', (t) => {
  const seconds = Object.fromEntries(
    rules('cache-responses').map(({ ref, actionParameters }) => [ref, actionParameters.sMaxage]),
  )
  const kept = routes.filter((route) => route.public && route.cacheSeconds > 0)
  t.deepEqual(Object.keys(seconds).toSorted(), kept.map(({ id }) => `keep-${id}-seconds`).toSorted())
  for (const { id, cacheSeconds } of kept) t.like(seconds[`keep-${id}-seconds`], { value: cacheSeconds })
})

test('the Worker is a version by digest, reached by our hosts alone, with storage that is protected', (t) => {
  const { modules, bindings, exports } = inputs('worker-version')
  t.is(modules[0].contentSha256, 'unbuilt')
  t.deepEqual(inputs('worker').subdomain, { enabled: false, previewsEnabled: false })
  for (const { name, protect } of of('WorkersKvNamespace')) t.true(protect, name)
  t.true(graph.resources.find(({ name }) => name === 'worker')?.protect)
  const classes = bindings
    .filter(({ type }: { type: string }) => type === 'durable_object_namespace')
    .map(({ className }: { className: string }) => className)
  t.true(classes.length > 0)
  for (const name of classes) t.deepEqual(exports[name], { type: 'durable-object', storage: 'sqlite' })
})

test('the Worker knows the routes, the regions and each nearer one', (t) => {
  const { json } = inputs('worker-version').bindings.find(({ name }: { name: string }) => name === 'FACTS')
  t.deepEqual(
    json.routes.map(({ id }: { id: string }) => id).toSorted(),
    routes.map(({ id }) => id).toSorted(),
  )
  for (const { code, region, networks } of fleet.locations.values()) {
    t.is(json.locations[code], networks.includes('cloudflare') ? region : undefined, code)
  }
  t.deepEqual(json.overflow['ap-southeast-1'], ['ap-southeast-1', 'eu-west-1', 'us-east-1'])
})

test.serial('a rollout gives the new version its share, and the one before it the rest', async (t) => {
  t.deepEqual(inputs('worker-deployment').versions, [{ percentage: 100, versionId: `\${worker-version.id}` }])
  const previous = '11111111-2222-4333-8444-555555555555'
  const gradual = await render(withSwitches({ worker: { rollout: { percent: 10, previous } } }))
  t.deepEqual(inputs('worker-deployment', gradual).versions, [
    { percentage: 10, versionId: `\${worker-version.id}` },
    { percentage: 90, versionId: previous },
  ])
  const alone = Cloud.safeParse(withSwitches({ worker: { rollout: { percent: 10 } } }).cloud)
  t.regex(alone.error?.message ?? '', /names the version that answers the rest/)
})

test.serial('what has no public price is off, and there when it is switched on', async (t) => {
  t.deepEqual([...of('BotManagement'), ...of('LogpushJob')], [])
  const on = await render(withSwitches({ botManagement: true, logpush: true }))
  t.is(of('BotManagement', on).length, 1)
  t.deepEqual(
    of('LogpushJob', on).map((job) => job.inputs.dataset),
    ['firewall_events', 'http_requests'],
  )
})

test('programs may show a certificate, browsers are not asked for one', (t) => {
  t.deepEqual(inputs('client-certificates-asked').hostnames, [
    'api.meridian.example',
    'telemetry.meridian.example',
  ])
  const rule = rules('own-rules').find(({ ref }) => ref === 'client-certificates')
  t.regex(rule?.expression ?? '', /cert_presented and \(not cf.tls_client_auth.cert_verified/)
})

test.serial('a host is sent only to regions that have all its upstreams', async (t) => {
  const mixed = await render(
    withRoutes((route) => (route.id === 'web-account' ? { ...route, upstream: 'accounts' } : route)),
  )
  const { content } = inputs('record-www', mixed)
  const balancer = of('LoadBalancer', mixed).find(({ inputs: { name } }) => name === content)
  t.deepEqual(balancer?.inputs.defaultPools, [`\${pool-us-east-1.id}`, `\${pool-eu-west-1.id}`])
})

test.serial('wrong facts end in one clear line', async (t) => {
  const expectMessage = (facts: Fleet, message: RegExp) =>
    t.throwsAsync(render(facts), { instanceOf: PlatformError, message })
  const waf = { ...fleet.cloud.aws.waf, routes: { nowhere: 10 } }
  await expectMessage(
    { ...fleet, cloud: { ...fleet.cloud, aws: { ...fleet.cloud.aws, waf } } },
    /limits nowhere, which routes.yaml does not have/,
  )
  await expectMessage(
    withRoutes((route) => (route.id === 'web' ? { ...route, host: 'a.b.meridian.example' } : route)),
    /a\.b\.meridian\.example is no host right below meridian\.example/,
  )
  await expectMessage(
    { ...fleet, routes: { routes, upstreams: { ...upstreams, web: { description: '', regions: [] } } } },
    /no region has all upstreams of www\.meridian\.example|no host has its path \/ in every region/,
  )
})
