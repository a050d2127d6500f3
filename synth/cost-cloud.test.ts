import { join } from 'node:path'
import test from 'ava'
import { loadFleet } from '../clusters/fleet.ts'
import type { Price } from '../clusters/schema.ts'
import { outsideOf } from './cost.ts'
import { cloudCostOf, type Estimate } from './cost-cloud.ts'
import { freeKinds, unpricedKinds, usedKinds } from './cost-kinds.ts'
import { tariffs } from './cost-tariffs.ts'
import { readCloudDocuments } from './documents.ts'
import { toYaml } from './yaml.ts'

const root = join(import.meta.dirname, '..')
const fleet = loadFleet(join(root, 'clusters'))
const rendered = cloudCostOf(readCloudDocuments(join(root, 'rendered')), fleet)

interface Given {
  readonly kind: string
  readonly spec?: object
  readonly name?: string
}

/** Prices resources of one stack. */
function price(resources: readonly Given[], prices: readonly Price[] = fleet.prices): readonly Estimate[] {
  const documents = resources.map(({ kind, spec = {}, name = 'one' }) => {
    const [service, word] = kind.split(' ')
    const text = toYaml({ apiVersion: `${service}/v1`, kind: word, metadata: { name }, spec })
    return { text, files: ['cloud/stack.yaml'] }
  })
  return cloudCostOf(documents, { ...fleet, prices }).estimates
}

function usdOf(...resources: readonly Given[]): number {
  return Math.round(price(resources).reduce((total, { usd }) => total + usd, 0) * 100) / 100
}

/** As a rendered resource refers to an output of another. */
function ref(output: string): string {
  return `\${${output}}`
}

/** Invented, so that a test needs no sourced one. */
function priceOf(id: string, usd: number): Price {
  return {
    id,
    usd,
    line: 'regional-databases',
    unit: 'hour',
    source: 'https://prices.example',
    date: '2026-11-23',
  }
}

const fixed: readonly [what: string, usd: number, ...resources: Given[]][] = [
  ['a key', 1, { kind: 'kms.aws Key' }],
  ['a secret', 0.4, { kind: 'secretsmanager.aws Secret' }],
  ['a secret with two replicas', 1.2, { kind: 'secretsmanager.aws Secret', spec: { replicas: [{}, {}] } }],
  ['an alarm', 0.1, { kind: 'cloudwatch.aws MetricAlarm', spec: { period: 60 } }],
  ['an alarm of 10 seconds', 0.3, { kind: 'cloudwatch.aws MetricAlarm', spec: { period: 10 } }],
  [
    'an alarm over two metrics and an expression',
    0.2,
    {
      kind: 'cloudwatch.aws MetricAlarm',
      spec: {
        metricQueries: [{ expression: 'a / b' }, { metric: { period: 60 } }, { metric: { period: 60 } }],
      },
    },
  ],
  [
    'a site’s health check',
    0.75,
    { kind: 'route53.aws HealthCheck', spec: { type: 'TCP', requestInterval: 30 } },
  ],
  [
    'a region’s, by HTTPS, every 10 seconds, with its latency',
    0.5 + 3 * 1,
    {
      kind: 'route53.aws HealthCheck',
      spec: {
        type: 'HTTPS',
        requestInterval: 10,
        measureLatency: true,
        fqdn: fleet.regions['eu-west-1']?.entrance.host,
      },
    },
  ],
  [
    'another network’s, every 10 seconds',
    0.75 + 2,
    { kind: 'route53.aws HealthCheck', spec: { type: 'TCP', requestInterval: 10, fqdn: 'cdn.example' } },
  ],
  ['a check of checks', 0.5, { kind: 'route53.aws HealthCheck', spec: { type: 'CALCULATED' } }],
  ['a NAT gateway', 32.85, { kind: 'ec2.aws NatGateway' }],
  ['a gateway endpoint', 0, { kind: 'ec2.aws VpcEndpoint', spec: { vpcEndpointType: 'Gateway' } }],
  [
    'an interface endpoint in three zones',
    21.9,
    { kind: 'ec2.aws VpcEndpoint', spec: { vpcEndpointType: 'Interface', subnetIds: ['a', 'b', 'c'] } },
  ],
  ['a load balancer', 16.43, { kind: 'lb.aws LoadBalancer' }],
  ['a web ACL of two rules', 7, { kind: 'wafv2.aws WebAcl', spec: { rules: [{}, {}] } }],
  [
    'two protections: one subscription',
    3000,
    { kind: 'shield.aws Protection', name: 'a' },
    { kind: 'shield.aws Protection', name: 'b' },
  ],
  [
    'the autoscaler’s minimum of tasks, not the number at first',
    // 3 × 730 hours of 2 vCPU and 4 GB.
    Math.round(3 * 730 * (2 * 0.04048 + 4 * 0.004445) * 100) / 100,
    {
      kind: 'ecs.aws Service',
      name: 'api-service',
      spec: { name: 'api', taskDefinition: ref('api-task.arn'), desiredCount: 8 },
    },
    { kind: 'ecs.aws TaskDefinition', name: 'web-task', spec: { cpu: '256', memory: '512' } },
    { kind: 'ecs.aws TaskDefinition', name: 'api-task', spec: { cpu: '2048', memory: '4096' } },
    {
      kind: 'appautoscaling.aws Target',
      spec: { serviceNamespace: 'ecs', resourceId: 'service/meridian/api', minCapacity: 3 },
    },
  ],
  [
    'the minimum of machines, each with its disks',
    Math.round(6 * (730 * 0.2016 + 104 * 0.08) * 100) / 100,
    {
      kind: 'eks.aws NodeGroup',
      spec: {
        instanceTypes: ['m7i.xlarge'],
        launchTemplate: { id: ref('template.id') },
        scalingConfig: { minSize: 6, desiredSize: 9, maxSize: 18 },
      },
    },
    {
      kind: 'ec2.aws LaunchTemplate',
      name: 'template',
      spec: {
        blockDeviceMappings: [
          { ebs: { volumeSize: 4, volumeType: 'gp3' } },
          { ebs: { volumeSize: 100, volumeType: 'gp3' } },
        ],
      },
    },
  ],
  [
    'an endpoint of two instances',
    Math.round(2 * 730 * 0.21 * 100) / 100,
    { kind: 'sagemaker.aws Endpoint', spec: { endpointConfigName: ref('c.name') } },
    {
      kind: 'sagemaker.aws EndpointConfiguration',
      name: 'c',
      spec: { productionVariants: [{ instanceType: 'ml.c7i.xlarge', initialInstanceCount: 2 }] },
    },
  ],
]
for (const [what, usd, ...resources] of fixed) {
  test(`list price: ${what}, ${usd} dollars a month`, (t) => t.is(usdOf(...resources), usd))
}

test('a standby in another zone doubles a database and its disk, and a replica has its source’s disk', (t) => {
  const prices = [priceOf('rds-postgres-db-r7g-xlarge', 1), priceOf('rds-gp3', 0.1)]
  const common = { instanceClass: 'db.r7g.xlarge', storageType: 'gp3' }
  const writer = { ...common, engine: 'postgres', allocatedStorage: 500, identifier: 'meridian' }
  const usd = (multiAz: boolean, replicateSourceDb: string) =>
    price(
      [
        { kind: 'rds.aws Instance', name: 'database', spec: { ...writer, multiAz } },
        { kind: 'rds.aws Instance', name: 'reader', spec: { ...common, replicateSourceDb } },
      ],
      prices,
    ).map((one) => one.usd)
  t.deepEqual(usd(false, 'meridian'), [780, 780])
  t.deepEqual(usd(true, 'meridian'), [1560, 780])
  t.deepEqual(usd(true, ref('database.identifier')), [1560, 780])
})

test('what is billed and has no price is named, whatever the rest costs', (t) => {
  const spec = { instanceClass: 'db.x9.large', storageType: 'gp3', engine: 'postgres', allocatedStorage: 100 }
  const [database] = price([{ kind: 'rds.aws Instance', spec }])
  t.deepEqual(database?.unpriced, ['no price rds-postgres-db-x9-large in clusters/prices.yaml'])
  t.is(database?.usd, 11.5)
  t.false(database?.free)
})

test('a kind that nobody has thought of is named, not free', (t) => {
  const [lake] = price([{ kind: 'lakeformation.aws Lake' }])
  t.like(lake, { usd: 0, free: false, unpriced: ['how it is billed is not known here'] })
})

test('no kind is free and paid for', (t) => {
  const paid = [...Object.keys(tariffs), ...Object.keys(usedKinds), ...Object.keys(unpricedKinds)]
  t.deepEqual(
    paid.filter((kind) => kind in freeKinds),
    [],
  )
})

test('every use and every price names a line, or what is outside the lines', (t) => {
  const known = new Set([...fleet.budget.lines, ...fleet.budget.outside].map(({ id }) => id))
  t.deepEqual(
    Object.entries(usedKinds).filter(([, { line }]) => !known.has(line)),
    [],
  )
  t.deepEqual(
    Object.keys(rendered.byLine).filter((line) => !known.has(line)),
    [],
  )
})

test('of the rendered cloud every resource is priced, free, paid by use, or listed here as unpriced', (t) => {
  const silent = rendered.estimates.filter(
    (one) => !one.free && !one.byUse && one.charges.length === 0 && one.unpriced.length === 0,
  )
  t.deepEqual(silent, [])
  const unpriced = rendered.estimates.filter((one) => one.unpriced.length > 0)
  t.deepEqual([...new Set(unpriced.map(({ kind }) => kind))].toSorted(), [
    'cloudflare CertificatePack',
    'cloudflare LoadBalancer',
    'cloudflare Zone',
    'cloudfront.aws MonitoringSubscription',
    'elasticache.aws ReplicationGroup',
    'fastly TlsSubscription',
    'lb.aws TrustStore',
    'rds.aws Instance',
  ])
})

test('every kind of the rendered cloud is one whose billing is known here', (t) => {
  const unknown = rendered.estimates.filter(({ unpriced }) =>
    unpriced.some((why) => why.includes('not known here')),
  )
  t.deepEqual([...new Set(unknown.map(({ kind }) => kind))], [])
})

test('what is rendered outside the lines fits into what is set aside for it', (t) => {
  for (const { id, usd, setAsideUsd } of outsideOf(fleet.budget, rendered)) t.true(usd <= setAsideUsd, id)
})

test('the sums by line and by stack are the sum of the resources', (t) => {
  const total = (sums: Readonly<Record<string, number>>) =>
    Object.values(sums).reduce((all, usd) => all + usd, 0)
  t.true(rendered.usd > 0)
  t.true(Math.abs(total(rendered.byLine) - rendered.usd) < 1e-6)
  t.true(Math.abs(total(rendered.byStack) - rendered.usd) < 1e-6)
})

test('the fixed charges beside a line are within it', (t) => {
  const over = fleet.budget.lines.filter(
    ({ id, allocationUsdPerMonth }) => (rendered.byLine[id] ?? 0) > allocationUsdPerMonth,
  )
  t.deepEqual(over, [])
})
