import { join } from 'node:path'
import test from 'ava'
import { type Fleet, loadFleet } from '../../clusters/fleet.ts'
import { RegionName } from '../../clusters/schema.ts'
import { renderStack } from '../render/render.ts'
import type { Graph, Resource } from '../render/resource.ts'
import { PlatformError } from '../stack.ts'
import { stackNamed } from '../stacks.ts'
import { choiceOf } from './region-choice.ts'

const fleet = loadFleet(join(import.meta.dirname, '../../clusters'))
const { routes, upstreams } = fleet.routes
const hosts = [...new Set(routes.map(({ host }) => host))]
const services = ['compute-service', 'files-service']
const graph = await render(fleet)
// Tests that render again are serial: one program runs in a process at a time.

function render(facts: Fleet): Promise<Graph> {
  return renderStack(stackNamed('fastly'), facts)
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

function domains(service: string): readonly string[] {
  return inputs(service).domains.map(({ name }: { name: string }) => name)
}

function snippet(name: string): { readonly type: string; readonly content: string } {
  const found = inputs('files-service').snippets.find((one: { name: string }) => one.name === name)
  if (!found) throw new Error(`no snippet is called ${name}`)
  return found
}

test('the stack says which locations it serves: all that list the network', (t) => {
  const served = [...fleet.locations.values()].filter(({ networks }) => networks.includes('fastly'))
  t.true(served.length > 0)
  t.deepEqual(
    graph.outputs.locations?.split(','),
    served.map(({ code }) => code),
  )
})

test('every host of a route is answered by one service, and has a certificate', (t) => {
  t.deepEqual(services.flatMap(domains).toSorted(), hosts.toSorted())
  t.deepEqual(
    of('TlsSubscription')
      .flatMap(({ inputs: { domains } }) => domains as string[])
      .toSorted(),
    hosts.toSorted(),
  )
})

test('the service for files has only what is the same for everybody', (t) => {
  const own = routes.filter(({ host }) => domains('files-service').includes(host))
  t.true(own.length > 0)
  for (const route of own) t.true(route.public && route.cacheSeconds > 0, route.id)
})

test('the Compute service knows its routes and limits, and the program is named by its digest', (t) => {
  const { entries } = inputs('facts-entries')
  const own = routes.filter(({ host }) => domains('compute-service').includes(host))
  t.deepEqual(
    entries.routes.map(({ id }: { id: string }) => id).toSorted(),
    own.map(({ id }) => id).toSorted(),
  )
  const { requestsPerMinute, routes: limits } = fleet.cloud.aws.waf
  t.deepEqual(entries.limits, { requestsPerMinute, routes: limits })
  t.deepEqual(inputs('compute-service').package.sourceCodeHash, 'unbuilt')
  const linked = inputs('compute-service').resourceLinks.map(({ name }: { name: string }) => name)
  t.deepEqual(linked.toSorted(), ['facts', 'flags', 'objects', 'secrets', 'threats'])
})

test('every region of a host is a backend: TLS 1.3, its name checked, our certificate shown', (t) => {
  for (const service of services) {
    const own = routes.filter(({ host }) => domains(service).includes(host))
    const shown = inputs(service).backends
    t.deepEqual(
      shown.map(({ name }: { name: string }) => name),
      RegionName.options.filter((region) =>
        own.some(({ upstream }) => upstreams[upstream]?.regions.includes(region)),
      ),
    )
    for (const backend of shown) {
      const { host: address, port } = fleet.regions[backend.name as RegionName].entrance
      t.like(backend, {
        address,
        port,
        useSsl: true,
        sslCheckCert: true,
        sslSniHostname: address,
        sslCertHostname: address,
        minTlsVersion: '1.3',
        maxTlsVersion: '1.3',
        sslClientCert: `\${secret}`,
        sslClientKey: `\${secret}`,
        healthcheck: `${backend.name}-health`,
      })
      for (const { timeoutMs } of own) t.true(backend.firstByteTimeout >= timeoutMs)
    }
  }
})

test('files are fetched by way of the data centre before their region', (t) => {
  const { backends: shown, conditions } = inputs('files-service')
  for (const { name, shield } of shown) t.is(shield, fleet.cloud.fastly.shields[name as RegionName])
  const asked = shown.map((backend: { requestCondition?: string }) => backend.requestCondition)
  t.deepEqual(asked, [undefined, ...conditions.map(({ name }: { name: string }) => name)])
  t.is(shown[0].name, fleet.networks.networks.fastly.region)
  for (const { type } of conditions) t.is(type, 'REQUEST')
})

test('keys and certificates are not shown', (t) => {
  t.notRegex(JSON.stringify(graph), /originClient(Key|Certificate)|BEGIN [A-Z ]*(PRIVATE KEY|CERTIFICATE)/)
})

test('a region is unwell in time: the RTO is 5 minutes', (t) => {
  for (const service of services) {
    const checks = inputs(service).healthchecks
    t.deepEqual(
      checks.map(({ name }: { name: string }) => name),
      RegionName.options.map((region) => `${region}-health`),
    )
    for (const { checkInterval, timeout, window, threshold, path } of checks) {
      t.is(path, fleet.cloud.aws.entrance.healthPath)
      const failures = window - threshold + 1
      t.true((failures * (checkInterval + timeout)) / 1000 < 300)
    }
  }
})

test('users speak TLS 1.3: by the configuration of their certificate, and by the service itself', (t) => {
  for (const { name, inputs: subscription } of of('TlsSubscription')) {
    t.regex(String(subscription.configurationId), /^\$\{getTlsConfiguration\([^)]*1\.3[^)]*\)\.id\}$/, name)
    t.notRegex(String(subscription.configurationId), /1\.[012]/, name)
  }
  t.is(snippet('tls').type, 'recv')
  t.regex(snippet('tls').content, /tls\.client\.protocol != "TLSv1\.3"/)
  t.is(inputs('facts-entries').entries.minTlsVersion, '1.3')
  t.true(inputs('files-service').requestSettings[0].forceSsl)
  t.regex(snippet('headers').content, /Strict-Transport-Security = "max-age=63072000/)
})

test('every certificate is proven in Route 53', (t) => {
  for (const { name } of of('TlsSubscription')) {
    t.like(inputs(`${name}-proof`), {
      zoneId: `\${aws-core.outputs.zone}`,
      name: `\${${name}.managedDnsChallenges[0].recordName}`,
      records: [`\${${name}.managedDnsChallenges[0].recordValue}`],
    })
  }
})

test('the threat list is that of the facts, at both services', (t) => {
  const cidrs = fleet.threats.map(({ cidr }) => cidr)
  t.deepEqual(
    Object.entries(inputs('threats-entries').entries),
    cidrs.map((cidr) => [cidr, 'BLOCK']),
  )
  const entries: readonly { ip: string; subnet: string }[] = inputs('files-threats').entries
  t.deepEqual(
    entries.map(({ ip, subnet }) => `${ip}/${subnet}`),
    cidrs,
  )
  t.is(inputs('files-threats').aclId, `\${files-service.id}/threats`)
  t.regex(snippet('threats').content, /client\.ip ~ threats\) \{\s+error 403/)
})

test('one address is held to the rate of the facts, counted where it enters', (t) => {
  const [rate] = inputs('files-service').rateLimiters
  t.is(rate.rpsLimit * 60, fleet.cloud.aws.waf.requestsPerMinute)
  t.is(rate.clientKey, 'req.http.Fastly-Client-IP')
  t.regex(snippet('client').content, /Fastly-Client-IP = client\.ip/)
})

test('files are only read', (t) => {
  t.regex(snippet('methods').content, /req\.method !~ "\^\(GET\|HEAD\|OPTIONS\|FASTLYPURGE\)\$"/)
})

test('where the origin does not say how long a file is kept, its route does', (t) => {
  for (const { host, cacheSeconds } of routes.filter((one) => domains('files-service').includes(one.host))) {
    t.true(
      snippet('seconds').content.includes(
        `if (req.http.host == "${host}") { set beresp.ttl = ${cacheSeconds}s; }`,
      ),
    )
  }
})

test('the nearer regions of data centres and countries are the facts', (t) => {
  const { items, dictionaryId } = inputs('nearer-regions')
  t.is(dictionaryId, `\${files-service.id}/nearer_regions`)
  for (const { code, region, networks } of fleet.locations.values()) {
    t.is(items[code], networks.includes('fastly') ? region : undefined, code)
  }
  t.is(items.AU, 'ap-southeast-1')
})

test('the first region that is well is asked, in the order that begins with the nearest', (t) => {
  const order: Readonly<Record<string, readonly RegionName[]>> = {
    '': ['us-east-1', 'eu-west-1', 'ap-southeast-1'],
    'eu-west-1': ['eu-west-1', 'us-east-1', 'ap-southeast-1'],
    'ap-southeast-1': ['ap-southeast-1', 'eu-west-1', 'us-east-1'],
  }
  const regions = order[''] ?? []
  for (const [nearest, wanted] of Object.entries(order)) {
    for (let bits = 0; bits < 8; bits++) {
      const well = regions.filter((_, index) => bits & (1 << index))
      // As Fastly does: the backend without a condition, then each whose condition holds.
      const asked = regions
        .slice(1)
        .filter((region) => holds(choiceOf(region, regions, fleet), nearest, well))
      t.deepEqual(
        asked.length === 0 ? ['us-east-1'] : asked,
        [wanted.find((region) => well.includes(region)) ?? 'us-east-1'],
        `${nearest || 'none'} is nearest, ${well.join(' and ') || 'none'} well`,
      )
    }
  }
})

/** Whether a condition of region-choice.ts holds: `(a && !b) || (c)`. */
function holds(condition: string, nearest: string, well: readonly RegionName[]): boolean {
  const holdsOne = (text: string): boolean => {
    const region = /^req\.http\.X-Meridian-Region == "(.*)"$/.exec(text)?.[1]
    if (region !== undefined) return region === nearest
    const [, not, name = ''] = /^(!?)backend\.F_(\w+)\.healthy$/.exec(text) ?? []
    const known = RegionName.options.find((one) => one.replaceAll('-', '_') === name)
    if (!known) throw new Error(`not understood: ${text}`)
    return well.includes(known) !== (not === '!')
  }
  return condition.split(' || ').some((way) =>
    way
      .replace(/^\(|\)$/g, '')
      .split(' && ')
      .every(holdsOne),
  )
}

test('both services log to the core by a role that only adds, and only for us', (t) => {
  for (const service of services) {
    t.like(inputs(service).loggingS3s[0], {
      bucketName: `\${aws-core.outputs.logsBucket.eu-west-1}`,
      s3IamRole: `\${log-writer.arn}`,
      serverSideEncryption: 'aws:kms',
      serverSideEncryptionKmsKeyId: `\${aws-core.outputs.logsKey.eu-west-1}`,
    })
    t.is(inputs(service).loggingS3s[0].s3SecretKey, undefined)
  }
  const [trust] = inputs('log-writer').assumeRolePolicy.Statement
  t.deepEqual(trust.Condition, { StringEquals: { 'sts:ExternalId': fleet.cloud.fastly.customer } })
  const may = inputs('log-writer-policy').policy.Statement
  t.deepEqual(may.flatMap(({ Action }: { Action: string[] }) => Action).toSorted(), [
    'kms:Decrypt',
    'kms:GenerateDataKey',
    's3:AbortMultipartUpload',
    's3:PutObject',
  ])
  t.regex(may[0].Resource, /logsBucket\.eu-west-1\}\/fastly\/\*$/)
})

test('what holds something is protected', (t) => {
  for (const name of [...services, 'kv-objects', 'kv-flags', 'secrets']) {
    t.true(graph.resources.find((one) => one.name === name)?.protect, name)
  }
})

test.serial('the Next-Gen WAF is a switch; the stack says what stands in for it', async (t) => {
  t.deepEqual(of('NgwafWorkspace'), [])
  t.is(graph.outputs.firewall, 'regions')
  const { cloud } = fleet
  const on = await render({ ...fleet, cloud: { ...cloud, fastly: { ...cloud.fastly, nextGenWaf: true } } })
  t.is(inputs('next-gen-waf', on).mode, 'block')
  t.is(on.outputs.firewall, 'next-gen-waf')
  for (const service of services) {
    t.like(inputs(service, on).productEnablement.ngwaf, { enabled: true, workspaceId: `\${next-gen-waf.id}` })
  }
})

test.serial('routes that leave a service without a host end in one clear line', async (t) => {
  const short = { upstreams, routes: routes.map((route) => ({ ...route, cacheSeconds: 0 })) }
  await t.throwsAsync(render({ ...fleet, routes: short }), {
    instanceOf: PlatformError,
    message: /clusters\/routes\.yaml: no host has only files/,
  })
})
