import * as aws from '@pulumi/aws'
import * as pulumi from '@pulumi/pulumi'

export interface Metric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>
  /** `Sum`, `Average`, `Maximum`, `p99`. */
  readonly stat: string
}

/** When somebody is told, and how urgently. */
export interface Alarm {
  /** Unique in its region: `entrance-errors`. */
  readonly name: string
  /** What it means to whoever is woken, and where to look. */
  readonly summary: string
  /** `page`: now, whatever the hour. `notice`: by day. `part`: nobody, since it is only half of a composite. */
  readonly level: 'page' | 'notice' | 'part'
  /** One metric, or several by the name that `expression` calls them. */
  readonly metrics: Metric | Readonly<Record<string, Metric>>
  /** Over several metrics. Source: CloudWatch, metric math. */
  readonly expression?: string
  readonly above?: number
  readonly below?: number
  /** Above what it usually is at this hour, by so many standard deviations: learned by CloudWatch. */
  readonly aboveUsualBy?: number
  readonly periodSeconds: number
  /** So many periods in a row. @default 1 */
  readonly periods?: number
  /** What no data means. @default nothing is wrong */
  readonly missing?: 'breaching' | 'notBreaching' | 'ignore'
}

/** Topics of a region: alarms can tell no other's. */
export interface Topics {
  readonly page: pulumi.Input<string>
  readonly notice: pulumi.Input<string>
}

export interface AlarmSetting {
  readonly region: string
  readonly topics: Topics
  readonly opts: pulumi.CustomResourceOptions
}

/** `<region>-<name>` in the stack, `meridian-<region>-<name>` in CloudWatch. */
export function declareAlarm(
  { region, topics, opts }: AlarmSetting,
  alarm: Alarm,
): aws.cloudwatch.MetricAlarm {
  const { name, summary, level, periods = 1, missing = 'notBreaching' } = alarm
  const actions = level === 'part' ? [] : [topics[level]]
  return new aws.cloudwatch.MetricAlarm(
    `${region}-${name}`,
    {
      name: `meridian-${region}-${name}`,
      alarmDescription: summary,
      ...conditionOf(alarm),
      evaluationPeriods: periods,
      treatMissingData: missing,
      alarmActions: actions,
      okActions: actions,
    },
    opts,
  )
}

function conditionOf({ metrics, expression, above, below, aboveUsualBy, periodSeconds }: Alarm) {
  const threshold =
    below === undefined
      ? { comparisonOperator: 'GreaterThanThreshold', ...(above === undefined ? {} : { threshold: above }) }
      : { comparisonOperator: 'LessThanThreshold', threshold: below }
  if (isOne(metrics) && aboveUsualBy === undefined) {
    const { namespace, name, dimensions, stat } = metrics
    return {
      ...threshold,
      namespace,
      metricName: name,
      dimensions,
      ...statistic(stat),
      period: periodSeconds,
    }
  }
  const parts = Object.entries(isOne(metrics) ? { value: metrics } : metrics).map(
    ([id, { namespace, name, dimensions, stat }]) => ({
      id,
      metric: { namespace, metricName: name, dimensions, stat, period: periodSeconds },
      returnData: aboveUsualBy !== undefined,
    }),
  )
  if (aboveUsualBy !== undefined) {
    const band = {
      id: 'usual',
      expression: `ANOMALY_DETECTION_BAND(value, ${aboveUsualBy})`,
      returnData: true,
    }
    return {
      comparisonOperator: 'GreaterThanUpperThreshold',
      thresholdMetricId: band.id,
      metricQueries: [...parts, band],
    }
  }
  return {
    ...threshold,
    metricQueries: [...parts, { id: 'result', expression, label: 'result', returnData: true }],
  }
}

function isOne(metrics: Alarm['metrics']): metrics is Metric {
  return typeof metrics.namespace === 'string'
}

/** CloudWatch takes percentiles by another name than the rest. */
function statistic(stat: string) {
  return stat.startsWith('p') ? { extendedStatistic: stat } : { statistic: stat }
}

/** Alarms of one region that tell together: when all are in alarm, or any. */
export interface Composite {
  readonly name: string
  readonly summary: string
  readonly level: 'page' | 'notice'
  readonly when: 'all' | 'any'
  readonly of: readonly aws.cloudwatch.MetricAlarm[]
}

export function declareComposite(
  { region, topics, opts }: AlarmSetting,
  { name, summary, level, when, of }: Composite,
): aws.cloudwatch.CompositeAlarm {
  const joint = when === 'all' ? ' AND ' : ' OR '
  return new aws.cloudwatch.CompositeAlarm(
    `${region}-${name}`,
    {
      alarmName: `meridian-${region}-${name}`,
      alarmDescription: summary,
      alarmRule: pulumi
        .all(of.map((alarm) => alarm.name))
        .apply((names) => names.map((each) => `ALARM("${each}")`).join(joint)),
      alarmActions: [topics[level]],
      okActions: [topics[level]],
    },
    opts,
  )
}
