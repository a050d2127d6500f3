import { defineRule } from '../../rule.ts'
import { resource } from './views.examples.ts'

const record = (changes: object = {}) =>
  resource('route53.aws/Record', {
    type: 'A',
    ttl: 30,
    latencyRoutingPolicies: [{ region: 'us-east-1' }],
    healthCheckId: `\${health-us-east-1.id}`,
    ...changes,
  })
const check = (changes: object = {}) =>
  resource('route53.aws/HealthCheck', {
    type: 'HTTPS',
    requestInterval: 10,
    failureThreshold: 3,
    ...changes,
  })
const reads = { allowedMethods: ['GET', 'HEAD'], targetOriginId: 'g' }
const distribution = (
  behavior: object,
  statusCodes: readonly number[] = [500, 502, 503, 504],
  members: readonly string[] = ['a', 'b'],
) =>
  resource('cloudfront.aws/Distribution', {
    origins: [{ originId: 'a', customOriginConfig: {} }],
    originGroups: [
      {
        originId: 'g',
        failoverCriteria: { statusCodes },
        members: members.map((originId) => ({ originId })),
      },
    ],
    defaultCacheBehavior: { ...reads, ...behavior },
  })
const steering = ['latency', 'failover', 'geolocation', 'weighted', 'geoproximity', 'cidr']
const policies = `[${steering.map((name) => `'${name}RoutingPolicies'`).join(', ')}]`

export default defineRule({
  id: 'failover-watched',
  title: 'Traffic leaves a region that does not answer by itself: health checks, and a way round',
  why: 'SPEC gives five minutes to recover; a person who has to be woken first takes more than that.',
  mend: 'Give records that steer a health check (or evaluateTargetHealth) and a TTL of 60 s at most; checks by HTTPS or TCP whose interval times threshold is 90 s at most; behaviours that only read an origin group; Cloudflare and Fastly pools monitors.',
  controls: ['SOC 2 A1.1', 'SOC 2 A1.2', 'ISO 27001 A.5.30', 'ISO 27001 A.8.14', 'GDPR 32(1)(c)'],
  scope: 'cloud',
  match: {
    kinds: [
      'route53.aws/Record',
      'route53.aws/HealthCheck',
      'cloudfront.aws/Distribution',
      'cloudflare/LoadBalancer',
      'cloudflare/LoadBalancerPool',
      'cloudflare/LoadBalancerMonitor',
      'fastly/ServiceVcl',
      'fastly/ServiceCompute',
    ],
  },
  variables: [
    {
      name: 'steers',
      cel: `object.kind == 'Record' && ${policies}.exists(k, object.spec[?k].orValue([]).size() > 0)`,
    },
    {
      // Behaviours that only read, from an origin that has no second one.
      name: 'stuck',
      cel: `object.kind != 'Distribution' ? [] : ([object.spec.defaultCacheBehavior] + object.spec.?orderedCacheBehaviors.orValue([])).filter(b,
!b.allowedMethods.exists(m, m in ['POST', 'PUT', 'PATCH', 'DELETE']) && !object.spec.?originGroups.orValue([]).exists(g, g.originId == b.targetOriginId))`,
    },
  ],
  validations: [
    {
      cel: `!variables.steers || object.spec.?healthCheckId.orValue('') != '' || object.spec.?aliases.orValue([]).exists(a, a.evaluateTargetHealth == true) ||
object.spec.?failoverRoutingPolicies.orValue([]).exists(f, f.type == 'SECONDARY') ||
object.graph.references.exists(r, r.kind == 'Record' && r.spec.?failoverRoutingPolicies.orValue([]).size() > 0)`,
      message: 'the record sends traffic on whether its end is well or not',
    },
    {
      cel: `!variables.steers || object.spec.?ttl.orValue(0) <= 60`,
      message: 'resolvers keep the record for more than 60 s after it has changed',
    },
    {
      cel: `object.kind != 'HealthCheck' || object.spec.type == 'CALCULATED' || object.spec.type == 'CLOUDWATCH_METRIC' ||
(object.spec.type in ['HTTPS', 'HTTPS_STR_MATCH', 'TCP'] && object.spec.?requestInterval.orValue(30) * object.spec.?failureThreshold.orValue(3) <= 90)`,
      message: 'the check asks in plain text, or takes more than 90 s to notice',
    },
    {
      cel: `variables.stuck.size() == 0 && object.spec.?originGroups.orValue([]).all(g, g.members.size() == 2 && [500, 502, 503, 504].all(c, c in g.failoverCriteria.statusCodes))`,
      message: 'the distribution does not turn to a second origin when the first fails (500, 502, 503, 504)',
    },
    {
      cel: `object.kind != 'LoadBalancer' || object.apiVersion != 'cloudflare/v1' ||
(object.spec.?defaultPools.orValue(object.spec.?defaultPoolIds.orValue([])).size() > 1 && object.spec.?fallbackPool.orValue(object.spec.?fallbackPoolId.orValue('')) != '')`,
      message: 'the load balancer has no second pool to turn to',
    },
    {
      cel: `object.kind != 'LoadBalancerPool' || object.spec.?monitor.orValue('') != ''`,
      message: 'nobody watches the pool: it has no monitor',
    },
    {
      cel: `object.kind != 'LoadBalancerMonitor' || (object.spec.?type.orValue('http') == 'https' && object.spec.?allowInsecure.orValue(false) == false && object.spec.?interval.orValue(60) <= 60)`,
      message: 'the monitor does not ask by verified HTTPS every 60 s or more often',
    },
    {
      cel: `!object.kind.startsWith('Service') || object.spec.?backends.orValue([]).all(b, b.?healthcheck.orValue('') != '')`,
      message: 'a backend has no health check',
    },
  ],
  permissions: [
    {
      where: 'cloudfront: behaviours that take POST, PUT, PATCH or DELETE',
      allows: ['an origin without a second one'],
      why: 'CloudFront tries a second origin for GET, HEAD and OPTIONS alone: a write may have been done already.',
      instead:
        'Their origin is a name whose record leaves a region that fails its health check; the client asks again.',
    },
    {
      where: "health checks of the sites' entrances",
      allows: ['a TCP check every 30 s'],
      why: 'There is one for each site, and Route 53 bills HTTPS and short intervals as options of each check.',
      instead:
        'Three failures are 90 s, within the five minutes; every other edge takes over by the same record.',
    },
  ],
  pass: [
    record(),
    record({ healthCheckId: '', aliases: [{ evaluateTargetHealth: true }] }),
    record({ latencyRoutingPolicies: [], healthCheckId: '', ttl: 300 }),
    check(),
    distribution({}),
    distribution({ allowedMethods: ['GET', 'POST'], targetOriginId: 'a' }),
    resource('cloudflare/LoadBalancer', { defaultPools: ['a', 'b'], fallbackPool: 'b' }),
    resource('cloudflare/LoadBalancerMonitor', { type: 'https', interval: 60 }),
  ],
  fail: [
    record({ healthCheckId: '' }),
    record({ ttl: 300 }),
    check({ requestInterval: 30, failureThreshold: 4 }),
    check({ type: 'HTTP' }),
    distribution({ targetOriginId: 'a' }),
    distribution({}, [500]),
    distribution({}, [500, 502, 503, 504], ['a']),
    resource('cloudflare/LoadBalancer', { defaultPools: ['a'] }),
    resource('cloudflare/LoadBalancerPool'),
    resource('cloudflare/LoadBalancerMonitor', { type: 'http' }),
    resource('fastly/ServiceVcl', { backends: [{ name: 'a' }] }),
  ],
  mutations: [
    { on: 'route53.aws/Record', change: [{ path: '/spec/healthCheckId', remove: true }] },
    {
      on: 'route53.aws/Record',
      change: [
        { path: '/spec/latencyRoutingPolicies', value: [{ region: 'us-east-1' }] },
        { path: '/spec/ttl', value: 3600 },
      ],
    },
    { on: 'route53.aws/HealthCheck', change: [{ path: '/spec/failureThreshold', value: 10 }] },
    { on: 'cloudfront.aws/Distribution', change: [{ path: '/spec/originGroups', value: [] }] },
    { on: 'cloudflare/LoadBalancer', change: [{ path: '/spec/defaultPools', value: [] }] },
    { on: 'cloudflare/LoadBalancerPool', change: [{ path: '/spec/monitor', remove: true }] },
    { on: 'cloudflare/LoadBalancerMonitor', change: [{ path: '/spec/type', value: 'http' }] },
    { on: 'fastly/ServiceVcl', change: [{ path: '/spec/backends/0/healthcheck', remove: true }] },
  ],
})
