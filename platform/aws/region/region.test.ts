import test from 'ava'
import { all, fleet, ireland, render, singapore, virginia } from './graph.testing.ts'

const common = [
  'entranceArn',
  'entranceHost',
  'entranceZone',
  'vpc',
  'privateSubnets',
  'entranceMetric',
  'targetMetric',
  'database',
  'cache',
  'computeCluster',
]

test('each region gives what the other stacks read of it', (t) => {
  for (const [region, { outputs }] of all) {
    for (const name of common) t.truthy(outputs[name], `${region} ${name}`)
    t.is(outputs.privateSubnets?.split(',').length, 3)
  }
  for (const name of ['globalCluster', 'eksCluster', 'eksOidcIssuer']) t.truthy(ireland.outputs[name], name)
  t.is(virginia.outputs.globalCluster, undefined)
})

test('edges are told the addresses that stay, alarms the balancer that counts', (t) => {
  for (const [, { outputs }] of all) {
    t.is(outputs.entranceHost, `\${front.dnsName}`)
    t.is(outputs.entranceZone, `\${front.zoneId}`)
    t.is(outputs.entranceMetric, `\${balancer.arnSuffix}`)
    t.is(outputs.targetMetric, `\${web-targets.arnSuffix}`)
  }
})

test('a region has the compute, the database and the storage that regions.yaml says, and no other', (t) => {
  const has = (graph: typeof virginia, type: string) =>
    graph.resources.some((one) => one.type.startsWith(type))
  const kinds = [
    ['ecs', 'aws:ecs/service:'],
    ['eks', 'aws:eks/cluster:'],
    ['rds-multi-az', 'aws:rds/instance:Instance'],
    ['aurora-global', 'aws:rds/globalCluster:'],
    ['s3', 'aws:s3/bucket:'],
    ['efs', 'aws:efs/fileSystem:'],
  ] as const
  for (const [region, graph] of all) {
    const { compute, database, storage } = fleet.regions[region]
    const said: readonly string[] = [compute, database, ...storage]
    for (const [kind, type] of kinds) t.is(has(graph, type), said.includes(kind), `${region} ${kind}`)
  }
})

test('everything lies in its region, under its component; only backups are copied to another', (t) => {
  for (const [region, { resources }] of all) {
    const ours = resources.filter(({ type }) => type.startsWith('aws:'))
    t.true(ours.every(({ parent }) => parent !== undefined))
    const elsewhere = ours.filter(({ provider }) => provider !== region)
    t.deepEqual(
      elsewhere.map(({ name }) => name),
      region === 'us-east-1' ? ['database-backups-abroad'] : [],
    )
  }
})

test('what holds data is protected, and what AWS can protect against deletion is', (t) => {
  const holds = [
    'aws:cloudwatch/logGroup:LogGroup',
    'aws:efs/fileSystem:FileSystem',
    'aws:elasticache/replicationGroup:ReplicationGroup',
    'aws:eks/cluster:Cluster',
    'aws:rds/cluster:Cluster',
    'aws:rds/clusterInstance:ClusterInstance',
    'aws:rds/globalCluster:GlobalCluster',
    'aws:rds/instance:Instance',
    'aws:s3/bucket:Bucket',
  ]
  for (const [region, { resources }] of all) {
    const found = resources.filter(({ type, name }) => holds.includes(type) && !name.endsWith('web-acl-logs'))
    t.true(found.length > 5)
    t.deepEqual(
      found.filter(({ protect }) => !protect).map(({ name }) => name),
      [],
      region,
    )
    const locks = resources.filter(({ type }) =>
      /lb\/loadBalancer|rds\/(cluster|instance|globalCluster):|eks\/cluster:/.test(type),
    )
    for (const { name, inputs } of locks) {
      t.true((inputs.deletionProtection ?? inputs.enableDeletionProtection) === true, `${region} ${name}`)
    }
  }
})

test.serial('the three programs render alike twice', async (t) => {
  t.deepEqual(await render('ap-southeast-1'), singapore)
})
