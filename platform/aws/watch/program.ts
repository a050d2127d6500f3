import { RegionName } from '../../../clusters/schema.ts'
import type { Program, StackContext } from '../../stack.ts'
import { awsProvider } from '../provider.ts'
import { type AlarmSetting, declareAlarm, declareComposite } from './alarm.ts'
import { type Alerts, declareAlerts } from './alerts.ts'
import { declareAnomalies, declareBudgets } from './budgets.ts'
import { declareDashboards } from './dashboards.ts'
import { distributionBurns, healthAlarm, webAclAlarm } from './edge.ts'
import { declareBurns, declareRegionAlarms } from './region.ts'
import { declareSlack } from './slack.ts'
import { declareTracing } from './tracing.ts'

/** Where AWS counts what has no region: CloudFront, Route 53, the bill. */
const worldwide: RegionName = 'us-east-1'

interface Watched {
  readonly alerts: Alerts
  readonly setting: AlarmSetting
}

/**
 * Who is told what of AWS, and how soon. What runs in clusters is watched by Prometheus and Alertmanager (apps/).
 *
 * CloudWatch Synthetics is not here: Route 53 asks each entrance every ten seconds from all over the world, and
 * `meridian verify` walks the rest of the way; canaries would do the first again, for money.
 */
export const declare: Program = (context) => {
  const { fleet, output } = context
  const { cloud } = fleet
  const watched = byRegion((region) => watchRegion(region, context))
  const { alerts, setting } = watched[worldwide]
  const { opts } = setting
  watchWorldwide(context, setting)

  declareBudgets(fleet.budget, { emails: cloud.alerts.emails, topic: alerts.notice.arn }, opts)
  declareAnomalies(alerts.notice.arn, opts)
  const topics = Object.values(watched).map((region) => region.alerts)
  declareSlack(
    cloud,
    topics.flatMap(({ page, notice }) => [page.arn, notice.arn]),
    opts,
  )
  const home = RegionName.parse(fleet.platform.homeRegion)
  declareDashboards(
    {
      home,
      balancers: byRegion((region) => output(`aws-${region}`, 'entranceMetric')),
      healthChecks: byRegion((region) => output('aws-edge', `healthCheck.${region}`)),
      endpoints: byRegion((region) => output('aws-models', `endpoint.${region}`)),
      distribution: output('aws-edge', 'distribution'),
      webAcl: output('aws-edge', 'webAclMetric'),
      sessionsTable: output('aws-core', 'sessionsTable'),
      objectives: cloud.alerts.objectives,
    },
    watched[home].setting.opts,
  )
  return Object.fromEntries(
    RegionName.options.flatMap((region) => [
      [`pageTopic.${region}`, watched[region].alerts.page.arn],
      [`noticeTopic.${region}`, watched[region].alerts.notice.arn],
    ]),
  )
}

function watchRegion(region: RegionName, context: StackContext): Watched {
  const { stack, fleet, output, secret } = context
  const { cloud } = fleet
  const opts = { provider: awsProvider(stack.name, region, fleet) }
  const logsKey = output('aws-core', `logsKey.${region}`)
  const alerts = declareAlerts(
    {
      region,
      cloud,
      logsKey,
      pagerDutyUrl: secret('pagerDutyIntegrationUrl'),
      services: region === worldwide ? ['cloudwatch', 'budgets', 'costalerts'] : ['cloudwatch'],
    },
    opts,
  )
  const setting = { region, topics: { page: alerts.page.arn, notice: alerts.notice.arn }, opts }
  declareRegionAlarms(region, context, setting)
  declareTracing(
    {
      region,
      logsKey,
      routes: fleet.routes.routes,
      healthPath: cloud.aws.entrance.healthPath,
      objectives: cloud.alerts.objectives,
    },
    opts,
  )
  return { alerts, setting }
}

function watchWorldwide({ fleet, output }: StackContext, setting: AlarmSetting): void {
  const { objectives } = fleet.cloud.alerts
  declareBurns(setting, distributionBurns(output('aws-edge', 'distribution'), objectives))
  declareAlarm(setting, webAclAlarm(output('aws-edge', 'webAclMetric')))
  const of = RegionName.options.map((region) =>
    declareAlarm(setting, healthAlarm(region, output('aws-edge', `healthCheck.${region}`))),
  )
  declareComposite(setting, {
    name: 'health-nowhere',
    summary: 'No region answers: users get what edges have kept. Everybody is needed',
    level: 'page',
    when: 'all',
    of,
  })
}

function byRegion<T>(of: (region: RegionName) => T): Readonly<Record<RegionName, T>> {
  return {
    'us-east-1': of('us-east-1'),
    'eu-west-1': of('eu-west-1'),
    'ap-southeast-1': of('ap-southeast-1'),
  }
}
