import test from 'ava'
import { contains } from '../_lib/cidr.ts'
import { all, fleet, ireland, named, ofKind, render, virginia, withAws } from './graph.testing.ts'
import { tiers } from './subnets.ts'

test('each region has its network over its three zones, a subnet of every tier in each', (t) => {
  for (const [region, graph] of all) {
    const { network, zones } = fleet.cloud.aws.regions[region]
    t.is(named(graph, 'ec2', 'Vpc', 'vpc').cidrBlock, network)
    const subnets = ofKind(graph, 'ec2', 'Subnet').map(({ name, inputs }) => ({ name, ...inputs }))
    t.is(subnets.length, tiers.length * 3)
    for (const tier of tiers) {
      const own = subnets.filter(({ name }) => name.startsWith(`${tier}-`))
      t.deepEqual(
        own.map((subnet) => Reflect.get(subnet, 'availabilityZone')),
        zones,
        `${region} ${tier}`,
      )
    }
  }
})

test('caches and endpoints lie where the network policies of the sites expect them', (t) => {
  for (const [region, graph] of all) {
    const { cidrs } = fleet.regions[region].cache
    const group = named(graph, 'elasticache', 'SubnetGroup', 'cache-subnets')
    t.deepEqual(
      group.subnetIds,
      ['a', 'b', 'c'].map((zone) => `\${cache-${zone}.id}`),
    )
    for (const zone of ['a', 'b', 'c']) {
      const { cidrBlock } = named(graph, 'ec2', 'Subnet', `cache-${zone}`)
      t.true(
        cidrs.some((cidr) => contains(cidr, String(cidrBlock))),
        `${region} ${cidrBlock}`,
      )
    }
  }
  for (const zone of ['a', 'b', 'c']) {
    const { cidrBlock } = named(ireland, 'ec2', 'Subnet', `endpoints-${zone}`)
    t.true(
      fleet.platform.egress.aws.some((cidr) => contains(cidr, String(cidrBlock))),
      String(cidrBlock),
    )
  }
  t.like(named(ireland, 'vpc', 'SecurityGroupIngressRule', 'sites-to-endpoints'), {
    cidrIpv4: fleet.platform.sites,
    fromPort: 443,
  })
  t.false(
    ofKind(virginia, 'vpc', 'SecurityGroupIngressRule').some(({ name }) => name === 'sites-to-endpoints'),
  )
})

test('only public subnets have a way to the internet, and data, caches and endpoints have none out', (t) => {
  for (const [region, graph] of all) {
    const routes = ofKind(graph, 'ec2', 'Route').map(({ inputs }) => inputs)
    const open = routes.filter(({ gatewayId }) => gatewayId !== undefined)
    t.deepEqual(
      open.map(({ routeTableId }) => routeTableId),
      [`\${public-table.id}`],
      region,
    )
    t.false(
      routes.some(({ routeTableId }) => routeTableId === `\${closed-table.id}`),
      region,
    )
    const joined = new Map(
      ofKind(graph, 'ec2', 'RouteTableAssociation').map(({ inputs }) => [
        inputs.subnetId,
        inputs.routeTableId,
      ]),
    )
    for (const tier of tiers) {
      for (const zone of ['a', 'b', 'c']) {
        const expected = { public: 'public', private: `private-${zone}` }[tier as string] ?? 'closed'
        t.is(joined.get(`\${${tier}-${zone}.id}`), `\${${expected}-table.id}`, `${region} ${tier}-${zone}`)
      }
    }
  }
})

test.serial(
  'ways out are as many as the facts say, and each zone uses its own where there are three',
  async (t) => {
    for (const [region, graph] of all) {
      t.is(ofKind(graph, 'ec2', 'NatGateway').length, fleet.cloud.aws.regions[region].natGateways, region)
    }
    const three = await render(
      'us-east-1',
      withAws((aws) => ({
        ...aws,
        regions: { ...aws.regions, 'us-east-1': { ...aws.regions['us-east-1'], natGateways: 3 } },
      })),
    )
    for (const zone of ['a', 'b', 'c']) {
      t.is(named(three, 'ec2', 'Route', `private-${zone}-out`).natGatewayId, `\${nat-${zone}.id}`)
    }
  },
)

test('AWS answers inside the network: S3 and DynamoDB by route, the rest by an address in each zone', (t) => {
  for (const [region, graph] of all) {
    const endpoints = ofKind(graph, 'ec2', 'VpcEndpoint').map(({ inputs }) => inputs)
    const service = ({ serviceName }: Record<string, unknown>) =>
      String(serviceName).replace(`com.amazonaws.${region}.`, '')
    t.deepEqual(
      endpoints
        .filter(({ vpcEndpointType }) => vpcEndpointType === 'Gateway')
        .map(service)
        .toSorted(),
      ['dynamodb', 's3'],
    )
    const interfaces = endpoints.filter(({ vpcEndpointType }) => vpcEndpointType === 'Interface')
    for (const needed of [
      'ecr.api',
      'ecr.dkr',
      'sts',
      'secretsmanager',
      'kms',
      'logs',
      'sagemaker.runtime',
    ]) {
      t.true(interfaces.map(service).includes(needed), `${region} ${needed}`)
    }
    for (const one of interfaces) {
      t.true(one.privateDnsEnabled)
      t.deepEqual(
        one.subnetIds,
        ['a', 'b', 'c'].map((zone) => `\${endpoints-${zone}.id}`),
      )
      t.deepEqual(one.securityGroupIds, [`\${endpoints-group.id}`])
    }
    // By our own account's principals alone; a site that asks for its role has none yet.
    const open = endpoints.filter(
      ({ policy }) => !JSON.stringify(policy ?? '').includes('aws:PrincipalAccount'),
    )
    t.deepEqual(open.map(service).toSorted(), region === 'eu-west-1' ? ['rolesanywhere', 's3'] : ['s3'])
  }
})

test('every connection is logged, and every log is encrypted, protected and kept for 365 days', (t) => {
  for (const [region, graph] of all) {
    t.like(named(graph, 'ec2', 'FlowLog', 'flow'), {
      trafficType: 'ALL',
      vpcId: `\${vpc.id}`,
      logDestination: `\${flow-logs.arn}`,
    })
    const groups = ofKind(graph, 'cloudwatch', 'LogGroup')
    t.true(groups.length > 5)
    for (const { name, inputs } of groups) {
      t.is(inputs.retentionInDays, 365, `${region} ${name}`)
      t.is(inputs.kmsKeyId, `\${aws-core.outputs.logsKey.${region}}`, `${region} ${name}`)
    }
  }
})

test('the internet reaches the entrances alone, and nothing opens connections to just anywhere', (t) => {
  for (const [region, graph] of all) {
    const rules = ofKind(graph, 'vpc', 'SecurityGroupIngressRule')
    const fromAnywhere = rules.filter(({ inputs }) => inputs.cidrIpv4 === '0.0.0.0/0').map(({ name }) => name)
    t.deepEqual(
      fromAnywhere,
      region === 'eu-west-1' ? ['agents-to-telemetry', 'anywhere-to-entrance'] : ['anywhere-to-entrance'],
    )
    const out = ofKind(graph, 'vpc', 'SecurityGroupEgressRule')
    t.deepEqual(
      out.filter(({ inputs }) => inputs.cidrIpv4 === '0.0.0.0/0'),
      [],
    )
    t.deepEqual(
      [...rules, ...out].filter(({ inputs }) => inputs.ipProtocol === '-1').map(({ name }) => name),
      region === 'eu-west-1' ? ['nodes-to-nodes', 'nodes-to-nodes-out'] : [],
    )
    t.like(named(graph, 'ec2', 'DefaultSecurityGroup', 'nothing'), { ingress: [], egress: [] })
    for (const { inputs } of ofKind(graph, 'ec2', 'SecurityGroup')) {
      t.is(inputs.ingress, undefined)
      t.is(inputs.egress, undefined)
    }
    t.deepEqual(
      ofKind(graph, 'ec2', 'Subnet').filter(({ inputs }) => inputs.mapPublicIpOnLaunch !== false),
      [],
    )
  }
})

test.serial('ranges that lie outside the network, or on each other, are one clear line', async (t) => {
  const moved = (cidr: string) => ({
    ...fleet,
    regions: {
      ...fleet.regions,
      'us-east-1': {
        ...fleet.regions['us-east-1'],
        cache: { ...fleet.regions['us-east-1'].cache, cidrs: [cidr] },
      },
    },
  })
  await t.throwsAsync(render('us-east-1', moved('10.9.64.0/24')), {
    name: 'PlatformError',
    message: /cache 10\.9\.64\.0\/26 lies outside 10\.1\.0\.0\/16/,
  })
  await t.throwsAsync(render('us-east-1', moved('10.1.68.0/24')), {
    name: 'PlatformError',
    message: /data 10\.1\.68\.0\/24 and cache 10\.1\.68\.0\/26 share addresses/,
  })
})
