import test from 'ava'
import { z } from 'zod'
import { PlatformError } from '../../stack.ts'
import {
  distributions,
  fleet,
  graph,
  named,
  ofKind,
  originsOf,
  records,
  reference,
  referred,
  render,
} from './graph.testing.ts'

const { routes } = fleet.routes
const hosts = [...new Set(routes.map(({ host }) => host))]
const all = [...distributions.values()]
const ways = all.flatMap((distribution) =>
  distribution.behaviors.map((behavior) => ({ distribution, behavior })),
)

test('each host of the routes has a distribution that speaks TLS 1.3 alone, with its own certificate', (t) => {
  t.deepEqual([...distributions.keys()].toSorted(), hosts.toSorted())
  for (const [host, { inputs, protect }] of distributions) {
    t.true(protect)
    t.is(inputs.viewerCertificate.minimumProtocolVersion, 'TLSv1.3_2025')
    t.is(inputs.httpVersion, 'http2and3')
    t.is(referred('Certificate', inputs.viewerCertificate.acmCertificateArn).inputs.domainName, host)
    t.is(referred('WebAcl', inputs.webAclId).inputs.scope, 'CLOUDFRONT')
  }
  for (const { behavior } of ways) t.is(behavior.viewerProtocolPolicy, 'redirect-to-https')
})

test('all of it is made in us-east-1, where CloudFront reads', (t) => {
  const kinds = ['Distribution', 'Certificate', 'Function', 'WebAcl', 'LogDeliverySource']
  for (const kind of kinds) {
    t.deepEqual([...new Set(ofKind(kind).map(({ provider }) => provider))], ['us-east-1'], kind)
  }
})

test('each distribution has metrics of each minute and a log of every request', (t) => {
  for (const { name } of all) {
    const metrics = ofKind('MonitoringSubscription').filter(
      ({ inputs }) => inputs.distributionId === `\${${name}.id}`,
    )
    t.is(metrics.length, 1)
    const source = ofKind('LogDeliverySource').find(({ inputs }) => inputs.resourceArn === `\${${name}.arn}`)
    t.is(source?.inputs.logType, 'ACCESS_LOGS')
    t.true(ofKind('LogDelivery').some(({ inputs }) => inputs.deliverySourceName === source?.inputs.name))
  }
  t.deepEqual(named('LogDeliveryDestination', 'access-logs').inputs.deliveryDestinationConfiguration, {
    destinationResourceArn: `arn:aws:s3:::${reference('aws-core.outputs.logsBucket.us-east-1')}`,
  })
})

test('each route is answered, and kept as long as its facts say', (t) => {
  for (const { id, host, path, cacheSeconds } of routes) {
    const distribution = distributions.get(host)
    const patterns = path === '/' ? ['*'] : [path, `${path}/*`]
    const found =
      distribution?.behaviors.filter(({ pathPattern = '*' }) => patterns.includes(pathPattern)) ?? []
    t.is(found.length, patterns.length, id)
    for (const { cachePolicyId } of found) {
      t.is(referred('CachePolicy', cachePolicyId).inputs.defaultTtl, cacheSeconds, id)
    }
  }
})

test('a longer path is asked before a shorter one that it lies below', (t) => {
  for (const { behaviors } of all) {
    const patterns = behaviors.map(({ pathPattern }) => pathPattern ?? '/*')
    for (const [index, pattern] of patterns.entries()) {
      const above = patterns.findIndex((one) => one.endsWith('/*') && pattern.startsWith(one.slice(0, -1)))
      t.true(above === -1 || above >= index, `${pattern} comes after ${patterns[above]}`)
    }
  }
})

const Policy = z.object({
  cookiesConfig: z.object({ cookieBehavior: z.string() }),
  headersConfig: z.object({
    headers: z.object({ items: z.array(z.string()) }).default({ items: [] }),
  }),
})

test('what is kept for others was asked without cookies, and with a token only where the token is in the key', (t) => {
  for (const { behavior } of ways) {
    const cache = referred('CachePolicy', behavior.cachePolicyId).inputs
    if (cache.maxTtl === 0 || behavior.originRequestPolicyId === undefined) continue
    const asked = Policy.parse(referred('OriginRequestPolicy', behavior.originRequestPolicyId).inputs)
    t.is(asked.cookiesConfig.cookieBehavior, 'none')
    t.false(asked.headersConfig.headers.items.includes('Authorization'))
  }
  for (const { id } of routes.filter((route) => !route.public && route.cacheSeconds > 0)) {
    const key = named('CachePolicy', `cache-${id}`).inputs.parametersInCacheKeyAndForwardedToOrigin
    t.deepEqual(Policy.parse(key).headersConfig.headers.items, ['Authorization'])
  }
})

test('every origin knows CloudFront: regions by its client certificate, buckets by its signature', (t) => {
  for (const { inputs } of all) {
    for (const { originId, customOriginConfig, originAccessControlId } of inputs.origins) {
      if (customOriginConfig) {
        t.is(customOriginConfig.originProtocolPolicy, 'https-only')
        t.is(
          customOriginConfig.originMtlsConfig?.clientCertificateArn,
          reference('origin-client.arn'),
          originId,
        )
      } else {
        t.like(referred('OriginAccessControl', originAccessControlId).inputs, { signingBehavior: 'always' })
      }
    }
  }
  const { certificateBody, certificateChain, privateKey } = named('Certificate', 'origin-client').inputs
  t.deepEqual([certificateBody, certificateChain, privateKey], Array(3).fill(reference('secret')))
})

test('four functions run, those at the origin only where no client certificate is asked for', (t) => {
  const seen = new Set<string>()
  for (const { distribution, behavior } of ways) {
    const byCertificate = originsOf(distribution, behavior).some(
      ({ customOriginConfig }) => customOriginConfig,
    )
    const events = behavior.lambdaFunctionAssociations.map(({ eventType }) => eventType)
    const origin = byCertificate ? [] : ['origin-request', 'origin-response']
    t.deepEqual(events.toSorted(), [...origin, 'viewer-request', 'viewer-response'])
    for (const { eventType, lambdaArn } of behavior.lambdaFunctionAssociations) {
      t.is(lambdaArn, `\${${eventType}.qualifiedArn}`)
      seen.add(eventType)
    }
  }
  t.is(seen.size, 4)
  for (const name of seen) {
    const { inputs } = named('Function', name)
    t.like(inputs, { runtime: 'nodejs24.x', publish: true, code: '../services/viewer/dist/viewer.zip' })
    t.regex(String(inputs.sourceCodeHash), /^(unbuilt|[0-9a-f]{64})$/)
    if (name.startsWith('viewer')) t.true(Number(inputs.memorySize) <= 128 && Number(inputs.timeout) <= 5)
  }
})

test('what is read only is asked again in another region; what may write is not', (t) => {
  for (const { host, path, public: isPublic, cacheSeconds, timeoutMs, upstream, id } of routes) {
    const distribution = distributions.get(host)
    const behavior = distribution?.behaviors.find((one) => (one.pathPattern ?? '/') === path)
    if (!distribution || !behavior) return t.fail(id)
    const origins = originsOf(distribution, behavior)
    const readOnly = isPublic && cacheSeconds > 0
    t.is(origins.length, readOnly ? 2 : 1, id)
    t.is(behavior.allowedMethods.includes('POST'), !readOnly, id)
    if (upstream === 'assets') continue
    const regions = fleet.routes.upstreams[upstream]?.regions ?? Object.keys(fleet.regions)
    for (const { domainName, customOriginConfig } of origins) {
      t.is(customOriginConfig?.originReadTimeout, Math.ceil(timeoutMs / 1000), id)
      const answers = records.filter(({ name }) => name === domainName)
      t.deepEqual(answers.map((one) => one.setIdentifier).toSorted(), regions.map(String).toSorted(), id)
    }
    if (!readOnly) continue
    // Wherever a request comes from, the second origin is another region than the first.
    const [first = [], second = []] = origins.map(({ domainName }) =>
      records.filter(({ name }) => name === domainName),
    )
    for (const { setIdentifier, aliases } of first) {
      const other = second.find((one) => one.setIdentifier === setIdentifier)
      t.truthy(aliases[0]?.name)
      t.not(other?.aliases[0]?.name, aliases[0]?.name, `${id} from ${setIdentifier}`)
    }
  }
})

test('the buckets of files are encrypted, versioned, closed to the public and copied', (t) => {
  for (const bucket of ofKind('Bucket')) {
    t.true(bucket.protect)
    const parts = graph.resources.filter(({ inputs }) => inputs.bucket === `meridian-${bucket.name}`)
    const kinds = parts.map(({ type }) => type.split(':').at(-1))
    for (const kind of ['BucketServerSideEncryptionConfiguration', 'BucketVersioning', 'BucketPolicy']) {
      t.true(kinds.includes(kind), `${bucket.name}: ${kind}`)
    }
    t.like(named('BucketPublicAccessBlock', `${bucket.name}-public-access`).inputs, {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    })
  }
  t.is(ofKind('BucketReplicationConfig').length, 1)
})

test('every log is kept for as long as the facts say, under a key of ours', (t) => {
  const groups = ofKind('LogGroup')
  t.is(groups.length, 4 * 3 + 1)
  for (const { name, provider, inputs } of groups) {
    t.is(inputs.retentionInDays, fleet.platform.logs.retentionDays, name)
    t.is(inputs.kmsKeyId, `\${aws-core.outputs.logsKey.${provider}}`, name)
  }
})

test('gives out what other stacks are promised', (t) => {
  const promised = [
    'distribution',
    'distributionHost',
    'webAcl',
    'webAclMetric',
    ...Object.keys(fleet.regions).map((region) => `healthCheck.${region}`),
    ...hosts.flatMap((host) => {
      const [label] = host.split('.')
      return [`distribution.${label}`, `distributionHost.${label}`]
    }),
  ]
  t.deepEqual(Object.keys(graph.outputs).toSorted(), promised.toSorted())
})

test.serial('Shield Advanced is there only where the facts switch it on', async (t) => {
  t.deepEqual(
    graph.resources.filter(({ type }) => type.startsWith('aws:shield')),
    [],
  )
  const aws = { ...fleet.cloud.aws, shield: { advanced: true } }
  const advanced = await render({ ...fleet, cloud: { ...fleet.cloud, aws } })
  // The distributions and the zone.
  t.is(ofKind('Protection', advanced).length, hosts.length + 1)
})

test.serial(
  'a host that is not right below the domain is refused before anything is registered',
  async (t) => {
    const [route] = routes
    if (!route) return t.fail()
    const strange = { ...fleet.routes, routes: [{ ...route, host: 'a.b.meridian.example' }] }
    const error = await t.throwsAsync(render({ ...fleet, routes: strange }), { instanceOf: PlatformError })
    t.regex(error?.message ?? '', /^clusters\/routes\.yaml: a\.b\.meridian\.example is no host right below/)
  },
)
