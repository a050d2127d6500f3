import { join } from 'node:path'
import test from 'ava'
import { z } from 'zod'
import { loadFleet } from '../../../clusters/fleet.ts'
import { RegionName } from '../../../clusters/schema.ts'
import { renderStack } from '../../render/render.ts'
import type { Resource } from '../../render/resource.ts'
import { PlatformError } from '../../stack.ts'
import { stackNamed } from '../../stacks.ts'

const fleet = loadFleet(join(import.meta.dirname, '../../../clusters'))
const { objectives, emails, slack } = fleet.cloud.alerts
const { resources } = await renderStack(stackNamed('aws-watch'), fleet)
const ofKind = (kind: string) => resources.filter(({ type }) => type.endsWith(`:${kind}`))
const regions = RegionName.options

/** What the tests look at in an alarm of either kind. */
const Alarm = z.object({
  alarmActions: z.array(z.string()),
  okActions: z.array(z.string()).optional(),
  alarmRule: z.string().optional(),
  period: z.number().optional(),
  evaluationPeriods: z.number().optional(),
  threshold: z.number().optional(),
  treatMissingData: z.string().optional(),
  metricName: z.string().optional(),
  metricQueries: z
    .array(z.object({ metric: z.object({ metricName: z.string(), period: z.number() }).optional() }))
    .optional(),
})
const parsed = (resource: Resource) => ({ ...resource, alarm: Alarm.parse(resource.inputs) })
const alarms = ofKind('MetricAlarm').map(parsed)
const composites = ofKind('CompositeAlarm').map(parsed)
const named = (name: string) => {
  const found = [...alarms, ...composites].find((one) => one.name === name)
  if (!found) throw new Error(`no alarm is called ${name}`)
  return found
}
const metricsOf = ({ alarm }: (typeof alarms)[number]) => [
  ...(alarm.metricName === undefined ? [] : [alarm.metricName]),
  ...(alarm.metricQueries ?? []).flatMap(({ metric }) => metric?.metricName ?? []),
]
const pages = (region: string) => `\${page-${region}.arn}`
const notices = (region: string) => `\${notice-${region}.arn}`

test('everything that a region has is watched in the region', (t) => {
  const watched = (region: string) =>
    new Set(alarms.filter(({ provider }) => provider === region).flatMap(metricsOf))
  const everywhere = [
    'HTTPCode_Target_5XX_Count',
    'TargetResponseTime',
    'UnHealthyHostCount',
    'EngineCPUUtilization',
    'DatabaseMemoryUsagePercentage',
    'ReplicationLatency',
    'Invocation5XXErrors',
    'ModelLatency',
  ]
  const own = {
    'us-east-1': [
      ...[
        'CpuUtilized',
        'MemoryUtilized',
        'CPUUtilization',
        'FreeStorageSpace',
        'AuroraGlobalDBReplicationLag',
      ],
      ...['5xxErrorRate', 'BlockedRequests', 'HealthCheckStatus'],
    ],
    'eu-west-1': [
      ...['node_cpu_utilization', 'node_memory_utilization', 'scheduler_pending_pods_UNSCHEDULABLE'],
      ...['apiserver_request_total_5XX', 'CPUUtilization'],
    ],
    'ap-southeast-1': ['CpuUtilized', 'MemoryUtilized'],
  }
  for (const region of regions) {
    for (const metric of [...everywhere, ...own[region]])
      t.true(watched(region).has(metric), `${region}: ${metric}`)
  }
})

test('an alarm tells by a topic of its own region, and of its end too', (t) => {
  for (const { name, provider = '', alarm } of [...alarms, ...composites]) {
    t.deepEqual(alarm.okActions, alarm.alarmActions, name)
    for (const topic of alarm.alarmActions) t.true([pages(provider), notices(provider)].includes(topic), name)
  }
})

test('an alarm that tells nobody is part of one that does', (t) => {
  const rules = composites.map(({ alarm }) => alarm.alarmRule).join('\n')
  for (const { alarm } of composites) t.is(alarm.alarmActions.length, 1)
  const silent = alarms.filter(({ alarm }) => alarm.alarmActions.length === 0)
  t.true(silent.length > 6)
  for (const { name } of silent) t.true(rules.includes(`ALARM("meridian-${name}")`), name)
})

test('a composite names alarms that there are, in its own region', (t) => {
  t.true(composites.length > 6)
  for (const { name, provider, alarm } of composites) {
    const members = [...(alarm.alarmRule ?? '').matchAll(/ALARM\("meridian-([^"]+)"\)/g)]
    t.true(members.length > 1, name)
    for (const [, member = ''] of members) t.is(named(member).provider, provider, `${name}: ${member}`)
  }
})

test('who has to be woken is, within five minutes of the first failure', (t) => {
  const periodOf = ({ alarm }: (typeof alarms)[number]) =>
    Math.max(alarm.period ?? 0, ...(alarm.metricQueries ?? []).map(({ metric }) => metric?.period ?? 0))
  const seconds = (name: string) => periodOf(named(name)) * (named(name).alarm.evaluationPeriods ?? 1)
  // A metric is there a minute after what it counts; the rest is for SNS and PagerDuty.
  const [late, delivery] = [60, 30]
  for (const region of regions) {
    t.true(seconds(`${region}-entrance-burns-fast-short`) + late + delivery < objectives.pagedWithinSeconds)
    const { intervalSeconds, failureThreshold } = fleet.cloud.aws.dns.healthChecks
    const health = intervalSeconds * failureThreshold + seconds(`us-east-1-health-${region}`)
    t.true(health + late + delivery < objectives.pagedWithinSeconds)
    t.deepEqual(named(`us-east-1-health-${region}`).alarm.alarmActions, [pages('us-east-1')])
    t.is(named(`us-east-1-health-${region}`).alarm.treatMissingData, 'breaching')
  }
  t.true(seconds('us-east-1-cloudfront-burns-fast-short') + late + delivery < objectives.pagedWithinSeconds)
})

test('an objective burns at 14.4 and at 6 times its budget, by two windows that agree', (t) => {
  t.is(objectives.availability, 0.9995)
  for (const what of [...regions.map((region) => `${region}-entrance`), 'us-east-1-cloudfront']) {
    for (const [rate, percent] of [
      ['fast', 0.72],
      ['slow', 0.3],
    ] as const) {
      const { alarm } = named(`${what}-burns-${rate}`)
      t.is(
        alarm.alarmRule,
        ['short', 'long'].map((window) => `ALARM("meridian-${what}-burns-${rate}-${window}")`).join(' AND '),
      )
      t.deepEqual(
        alarm.alarmActions.map((topic) => topic.slice(0, 6)),
        [`\${page`],
      )
      for (const window of ['short', 'long']) {
        t.is(named(`${what}-burns-${rate}-${window}`).alarm.threshold, percent)
      }
    }
  }
})

test('a copy that is further behind than the RPO is a page', (t) => {
  const behind = alarms.filter((one) =>
    metricsOf(one).some((metric) => ['ReplicationLatency', 'AuroraGlobalDBReplicationLag'].includes(metric)),
  )
  t.is(behind.length, regions.length + 1)
  for (const { provider = '', alarm } of behind) {
    t.is(alarm.threshold, objectives.dataLossSeconds * 1000)
    t.deepEqual(alarm.alarmActions, [pages(provider)])
  }
})

test('pages go to PagerDuty, Slack and email, notices to Slack and email', (t) => {
  const subscribed = (topic: string) =>
    ofKind('TopicSubscription')
      .filter(({ inputs }) => inputs.topic === topic)
      .map(({ inputs }) => `${inputs.protocol} ${inputs.endpoint}`)
  const byEmail = emails.map((address) => `email ${address}`)
  const [channel] = ofKind('SlackChannelConfiguration')
  t.like(channel?.inputs, { slackTeamId: slack.workspace, slackChannelId: slack.channel })
  for (const region of regions) {
    t.deepEqual(subscribed(pages(region)).toSorted(), [...byEmail, `https \${secret}`].toSorted())
    t.deepEqual(subscribed(notices(region)), byEmail)
    for (const topic of [pages(region), notices(region)]) {
      t.true(z.array(z.string()).parse(channel?.inputs.snsTopicArns).includes(topic))
    }
  }
})

test('who has the address of PagerDuty can page us: the graph does not show it', (t) => {
  t.false(JSON.stringify(resources).includes('pagerDutyIntegrationUrl'))
})

test('topics are encrypted, and nobody publishes to them but services on behalf of our account', (t) => {
  for (const { name, provider, inputs } of ofKind('Topic')) {
    t.is(inputs.kmsMasterKeyId, `\${aws-core.outputs.logsKey.${provider}}`, name)
    t.like(ofKind('TopicPolicy').find((one) => one.name === `${name}-policy`)?.inputs.policy, {
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sns:Publish',
          Condition: { StringEquals: { 'aws:SourceAccount': fleet.cloud.aws.account } },
        },
        { Effect: 'Deny', Principal: '*' },
      ],
    })
  }
})

test('each line that AWS bills has a budget of what the plan sets aside, and the account one of all', (t) => {
  const limits = Object.fromEntries(
    ofKind('Budget').map(({ name, inputs }) => [name, Number(inputs.limitAmount)]),
  )
  const { account, ...lines } = Object.fromEntries(
    Object.entries(limits).map(([name, usd]) => [name.replace('budget-', ''), usd]),
  )
  const planned = Object.fromEntries(
    fleet.budget.lines.map(({ id, allocationUsdPerMonth }) => [id, allocationUsdPerMonth]),
  )
  t.deepEqual(Object.keys(lines).toSorted(), [
    ...['cloudfront', 'lambda-edge', 'ml-inference', 'monitoring', 'networking', 'security', 'storage'],
  ])
  for (const [id, usd] of Object.entries(lines)) t.is(planned[id], usd, id)
  const outside = fleet.budget.outside.filter(({ id }) => id !== 'edge-hardware')
  const sum = (list: readonly number[]) => list.reduce((total, usd) => total + usd, 0)
  t.is(
    Number(account),
    sum(Object.values(lines)) * (1 + fleet.budget.buffer) +
      sum(outside.map(({ estimateUsdPerMonth }) => estimateUsdPerMonth)),
  )
  for (const { inputs } of ofKind('Budget')) {
    t.like(inputs.notifications, [
      { notificationType: 'ACTUAL', threshold: 80, subscriberSnsTopicArns: [notices('us-east-1')] },
      { notificationType: 'ACTUAL', threshold: 100 },
      { notificationType: 'FORECASTED', threshold: 100 },
    ])
  }
  t.is(ofKind('AnomalySubscription').length, 1)
})

test.serial('a line of the budget that nobody is known to bill is refused', async (t) => {
  const [line] = fleet.budget.lines
  if (!line) return t.fail()
  const budget = { ...fleet.budget, lines: [...fleet.budget.lines, { ...line, id: 'quantum' }] }
  const error = await t.throwsAsync(renderStack(stackNamed('aws-watch'), { ...fleet, budget }), {
    instanceOf: PlatformError,
  })
  t.regex(error.message, /quantum/)
})

test('dashboards show every region, the promise, and how the business does', (t) => {
  const bodies = Object.fromEntries(
    ofKind('Dashboard').map(({ name, inputs }) => [name, JSON.stringify(inputs.dashboardBody)]),
  )
  t.deepEqual(Object.keys(bodies), ['business-dashboard', 'service-dashboard'])
  for (const region of regions) {
    for (const body of Object.values(bodies)) t.true(body.includes(`aws-${region}.outputs.entranceMetric`))
  }
  t.true(
    bodies['service-dashboard']?.includes(`{"label":"objective","value":${objectives.latencyP99Ms / 1000}}`),
  )
  for (const metric of ['CacheHitRate', 'EstimatedCharges', 'ConsumedWriteCapacityUnits', 'Invocations']) {
    t.true(bodies['business-dashboard']?.includes(metric), metric)
  }
})

test('traces are encrypted in each region, and questions for health are not traced', (t) => {
  for (const region of regions) {
    const [encryption] = ofKind('EncryptionConfig').filter(({ provider }) => provider === region)
    t.like(encryption?.inputs, { type: 'KMS', keyId: `\${aws-core.outputs.logsKey.${region}}` })
    const rules = ofKind('SamplingRule').filter(({ provider }) => provider === region)
    const health = rules.find(({ inputs }) => inputs.urlPath === fleet.cloud.aws.entrance.healthPath)?.inputs
    t.like(health, { fixedRate: 0, reservoirSize: 0 })
    t.is(Math.min(...rules.map(({ inputs }) => Number(inputs.priority))), Number(health?.priority))
    for (const { path } of fleet.routes.routes.filter(({ upstream }) => upstream === 'inference')) {
      t.truthy(
        rules.find(({ inputs }) => inputs.urlPath === `${path}*`),
        path,
      )
    }
  }
})
