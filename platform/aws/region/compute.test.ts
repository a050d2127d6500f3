import test from 'ava'
import {
  all,
  fleet,
  ireland,
  named,
  ofKind,
  render,
  singapore,
  statementsOf,
  virginia,
} from './graph.testing.ts'

const ecs = [
  ['us-east-1', virginia],
  ['ap-southeast-1', singapore],
] as const

/** The upstreams that a region answers for. */
function upstreamsOf(region: (typeof all)[number][0]): readonly string[] {
  const { upstreams } = fleet.routes
  return Object.keys(upstreams)
    .filter((name) => upstreams[name]?.regions.includes(region))
    .toSorted()
}

test('each upstream of the region is a service, part of it on spare capacity', (t) => {
  for (const [region, graph] of ecs) {
    const services = ofKind(graph, 'ecs', 'Service')
    t.deepEqual(
      services.map(({ inputs }) => inputs.name),
      upstreamsOf(region),
    )
    const { task, spotInTen } = fleet.cloud.aws.compute
    for (const { inputs, dependsOn } of services) {
      t.deepEqual(inputs.capacityProviderStrategies, [
        { capacityProvider: 'FARGATE', base: task.min, weight: 10 - spotInTen },
        { capacityProvider: 'FARGATE_SPOT', weight: spotInTen },
      ])
      t.like(inputs, {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        deploymentMinimumHealthyPercent: 100,
        enableExecuteCommand: false,
        networkConfiguration: {
          assignPublicIp: false,
          subnets: [`\${private-a.id}`, `\${private-b.id}`, `\${private-c.id}`],
          securityGroups: [`\${tasks-group.id}`],
        },
      })
      t.true(dependsOn?.some((name) => name.startsWith('route-')))
    }
  }
})

test('a task is one image by digest of its own region, as nobody, with a root that it cannot write to', (t) => {
  for (const [region, graph] of ecs) {
    for (const { name, inputs } of ofKind(graph, 'ecs', 'TaskDefinition')) {
      const containers = inputs.containerDefinitions
      t.like(containers, {
        length: 1,
        0: {
          user: '65532',
          readonlyRootFilesystem: true,
          privileged: false,
          linuxParameters: { capabilities: { drop: ['ALL'] } },
          portMappings: [{ containerPort: fleet.cloud.aws.compute.port }],
          logConfiguration: { logDriver: 'awslogs' },
        },
      })
      t.regex(
        JSON.stringify(containers),
        new RegExp(
          `"image":"123456789012\\.dkr\\.ecr\\.${region}\\.amazonaws\\.com/[\\w-]+:[\\w.-]+@sha256:[0-9a-f]{64}"`,
        ),
        name,
      )
      t.notRegex(JSON.stringify(containers), /password|secret/i)
    }
  }
})

test('a service may do what cloud.yaml says that it reaches, and nothing else', (t) => {
  const actions = (name: string) =>
    statementsOf(named(virginia, 'iam', 'RolePolicy', name).policy).flatMap(({ Action }) => Action)
  const traces = ['xray:PutTraceSegments', 'xray:GetSamplingRules', 'xray:GetSamplingTargets']
  t.deepEqual(
    actions('assets-task-policy').filter((action) => !traces.includes(action)),
    [
      's3:ListBucket',
      's3:GetObject',
      's3:PutObject',
      's3:DeleteObject',
      'kms:Decrypt',
      'kms:GenerateDataKey',
    ],
  )
  t.true(actions('accounts-task-policy').includes('rds-db:connect'))
  t.false(actions('events-task-policy').includes('rds-db:connect'))
  const flags = statementsOf(named(virginia, 'iam', 'RolePolicy', 'web-task-policy').policy).find(
    ({ Resource }) => Resource.some((arn) => arn.includes('flagsTable')),
  )
  t.deepEqual(flags?.Action, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'])
})

test('no role may do everything, and only what AWS knows no resource for is allowed on all', (t) => {
  const unbounded = [
    'ecr:GetAuthorizationToken',
    'xray:PutTraceSegments',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
  ]
  for (const [region, graph] of all) {
    const policies = ofKind(graph, 'iam', 'RolePolicy')
    t.true(policies.length > 6)
    for (const { name, inputs } of policies) {
      for (const { Effect, Action, Resource } of statementsOf(inputs.policy)) {
        t.is(Effect, 'Allow')
        t.deepEqual(
          Action.filter((action) => action.includes('*')),
          [],
          `${region} ${name}`,
        )
        if (Resource.includes('*'))
          t.deepEqual(
            Action.filter((action) => !unbounded.includes(action)),
            [],
            name,
          )
      }
    }
  }
})

test('tasks scale by CPU, memory, requests, the hours of the day and a forecast', (t) => {
  const { task, scaleAt, busy } = fleet.cloud.aws.compute
  for (const [region, graph] of ecs) {
    for (const upstream of upstreamsOf(region)) {
      const policy = (by: string) => named(graph, 'appautoscaling', 'Policy', `${upstream}-by-${by}`)
      const tracking = (predefinedMetricType: string, targetValue: number) => ({
        policyType: 'TargetTrackingScaling',
        targetTrackingScalingPolicyConfiguration: {
          targetValue,
          predefinedMetricSpecification: { predefinedMetricType },
        },
      })
      t.like(policy('cpu'), tracking('ECSServiceAverageCPUUtilization', scaleAt.cpuPercent))
      t.like(policy('memory'), tracking('ECSServiceAverageMemoryUtilization', scaleAt.memoryPercent))
      t.like(policy('requests'), tracking('ALBRequestCountPerTarget', scaleAt.requestsPerMinute))
      t.like(policy('prediction'), {
        policyType: 'PredictiveScaling',
        predictiveScalingPolicyConfiguration: { mode: 'ForecastAndScale' },
      })
      t.like(named(graph, 'appautoscaling', 'ScheduledAction', `${upstream}-busy`), {
        schedule: `cron(0 ${busy.fromHour} * * ? *)`,
        timezone: fleet.cloud.aws.regions[region].timeZone,
        scalableTargetAction: { minCapacity: task.min * busy.factor },
      })
      t.like(named(graph, 'appautoscaling', 'ScheduledAction', `${upstream}-quiet`), {
        scalableTargetAction: { minCapacity: task.min },
      })
    }
  }
})

test('nodes scale by the same five', (t) => {
  const policy = (by: string) => named(ireland, 'autoscaling', 'Policy', `nodes-by-${by}`)
  const metric = (predefinedMetricType: string) => ({
    targetTrackingConfiguration: { predefinedMetricSpecification: { predefinedMetricType } },
  })
  t.like(policy('cpu'), metric('ASGAverageCPUUtilization'))
  t.like(policy('memory'), {
    targetTrackingConfiguration: { customizedMetricSpecification: { metricName: 'node_memory_utilization' } },
  })
  for (const upstream of upstreamsOf('eu-west-1')) {
    t.like(policy(`requests-${upstream}`), metric('ALBRequestCountPerTarget'))
    t.is(
      named(ireland, 'autoscaling', 'Attachment', `${upstream}-nodes`).lbTargetGroupArn,
      `\${${upstream}-targets.arn}`,
    )
  }
  t.like(policy('prediction'), { policyType: 'PredictiveScaling' })
  t.is(named(ireland, 'autoscaling', 'Schedule', 'nodes-busy').timeZone, 'Europe/Dublin')
})

test('the Kubernetes cluster is the one of the facts, of the fleet’s release, and closed to the outside', (t) => {
  const [, minor] = /^v(1\.\d+)\./.exec(fleet.platform.kubernetes.k3s) ?? []
  t.like(named(ireland, 'eks', 'Cluster', 'cluster'), {
    name: 'dub-eks',
    version: minor,
    deletionProtection: true,
    vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: false },
    accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
    encryptionConfig: {
      resources: ['secrets'],
      provider: { keyArn: `\${aws-core.outputs.secretsKey.eu-west-1}` },
    },
    enabledClusterLogTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
  })
  t.is(named(ireland, 'cloudwatch', 'LogGroup', 'control-plane-logs').name, '/aws/eks/dub-eks/cluster')
})

test('a node’s disks are encrypted by our key, and no pod reaches its role', (t) => {
  const template = named(ireland, 'ec2', 'LaunchTemplate', 'node-template')
  const ebs = { encrypted: 'true', kmsKeyId: `\${aws-core.outputs.dataKey.eu-west-1}` }
  t.like(template.blockDeviceMappings, { length: 2, 0: { ebs }, 1: { ebs } })
  t.like(template.metadataOptions, { httpTokens: 'required', httpPutResponseHopLimit: 1 })
  t.like(named(ireland, 'eks', 'NodeGroup', 'nodes'), {
    launchTemplate: { id: `\${node-template.id}` },
    subnetIds: [`\${private-a.id}`, `\${private-b.id}`, `\${private-c.id}`],
  })
})

test('pods have roles of their own: each upstream, and External Secrets for this cluster’s secrets', (t) => {
  const pods = ofKind(ireland, 'eks', 'PodIdentityAssociation').map(({ inputs }) => inputs.serviceAccount)
  t.deepEqual(pods, [...upstreamsOf('eu-west-1'), 'external-secrets'].toSorted())
  const [read] = statementsOf(named(ireland, 'iam', 'RolePolicy', 'external-secrets-pod-policy').policy)
  t.deepEqual(
    read?.Resource.map((arn) => arn.split(':secret:')[1]),
    ['sites/dub-eks/platform/*', 'sites/dub-eks/workloads/*'],
  )
})

test.serial('two Kubernetes clusters in the region, or none, are one clear line', async (t) => {
  const message = /clusters\/fleet: eu-west-1 computes on EKS, but \d clusters of that distribution lie in it/
  const none = { ...fleet, clusters: fleet.clusters.filter(({ distribution }) => distribution !== 'eks') }
  await t.throwsAsync(render('eu-west-1', none), { name: 'PlatformError', message })
})
